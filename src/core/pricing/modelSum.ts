import Big from 'big.js';
import type { Problem } from './applicablePrice.ts';
import type { RequestBill } from './bill.ts';
import { promptSize, readQuantities } from './usage.ts';
import type { LogEntry } from './usageLog.ts';

/**
 * Why a request has no bill, in order: its model was never listed, or not at that time; no list had been observed by
 * then; the log gives no time; the line sums up several requests, which may belong to different tiers; no price of its
 * provider is known for that time, or the provider had several.
 */
export type Unpriced =
  | 'unknown_model'
  | 'not_listed'
  | 'not_observed'
  | 'no_time'
  | 'summed'
  | 'no_endpoint'
  | 'several_endpoints';

/** Why lines of a bill have no amount, and in how many requests. */
export interface LogProblem {
  readonly problem: Problem | Unpriced;
  /** Null where the whole request has no price. */
  readonly component: string | null;
  readonly requests: number;
}

export interface ModelTotal {
  readonly model: string;
  readonly requests: number;
  readonly promptTokens: bigint;
  readonly completionTokens: bigint;
  /** Exact USD; null when any part of it is unknown. */
  readonly total: string | null;
  /** Exact USD of the part that has a price. */
  readonly subtotal: string;
  readonly problems: readonly LogProblem[];
  /** Conditions that are not known here, whose entries were skipped. */
  readonly skipped: readonly string[];
}

/** Adds up what one model has cost. */
export class ModelSum {
  #requests = 0;
  #promptTokens = 0n;
  #completionTokens = 0n;
  #subtotal = new Big(0);
  readonly #model: string;
  readonly #skipped = new Set<string>();
  readonly #problems = new Map<
    string,
    { problem: LogProblem['problem']; component: string | null; requests: number }
  >();

  constructor(model: string) {
    this.#model = model;
  }

  add(entry: LogEntry, { lines, subtotal, skipped }: RequestBill): void {
    this.#count(entry);
    this.#subtotal = this.#subtotal.plus(subtotal);
    for (const condition of skipped) this.#skipped.add(condition);
    for (const { component, problem } of lines) if (problem !== null) this.#note(problem, component, entry);
  }

  miss(entry: LogEntry, problem: Unpriced): void {
    this.#count(entry);
    this.#note(problem, null, entry);
  }

  total(): ModelTotal {
    const subtotal = this.#subtotal.toFixed();
    const problems = [...this.#problems.values()];
    return {
      model: this.#model,
      requests: this.#requests,
      subtotal,
      problems,
      skipped: [...this.#skipped],
      promptTokens: this.#promptTokens,
      completionTokens: this.#completionTokens,
      total: problems.length === 0 ? subtotal : null,
    };
  }

  #count({ usage, parts, requests }: LogEntry): void {
    const quantities = readQuantities(usage);
    this.#requests += Number(requests);
    this.#promptTokens += promptSize(quantities);
    for (const [component, quantity] of quantities) {
      const isOutput = component === 'completion' || component === 'internal_reasoning';
      if (isOutput || parts.get(component) === 'completion') this.#completionTokens += quantity;
    }
  }

  #note(problem: LogProblem['problem'], component: string | null, { requests }: LogEntry): void {
    const key = `${problem} ${component}`;
    const known = this.#problems.get(key);
    if (known === undefined) this.#problems.set(key, { problem, component, requests: Number(requests) });
    else known.requests += Number(requests);
  }
}
