import Big from 'big.js';
import { UsageError } from '../errors.ts';
import type { Instant } from '../time/instant.ts';
import type { PriceRow, Problem } from './applicablePrice.ts';
import { type Bill, bill } from './bill.ts';
import { promptSize, readQuantities, type Usage } from './usage.ts';
import type { LogEntry } from './usageLog.ts';

/** Why a request has no bill: its id was never listed, or not at that time. */
export type Unpriced = 'unknown_model' | 'not_listed';

/** Why lines of a bill have no amount, and of how many requests. */
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
  /** Exact USD of what has a price. */
  readonly subtotal: string;
  readonly problems: readonly LogProblem[];
  /** Conditions that nobody here knows, whose entries some of its bills leave out. */
  readonly skipped: readonly string[];
}

/** The bill of a whole log. */
export interface LogBill {
  readonly requests: number;
  readonly from: Instant | null;
  readonly to: Instant | null;
  readonly total: string | null;
  readonly subtotal: string;
  /** The dearest first. */
  readonly models: readonly ModelTotal[];
}

/** What a request is priced by: the prices of an instant, and its own hour for time windows. */
export interface PricedRequest {
  readonly model: string;
  readonly at: Instant;
  readonly clock: Date;
  readonly usage: Usage;
}

/** One instant whose prices are meant for every request, and the hour for those without a time. */
export interface FixedTime {
  readonly at: Instant;
  readonly clock: Date;
}

/** The prices of a model, in upstream's order where that decides. */
export type PricesFor = (request: PricedRequest) => readonly PriceRow[] | Unpriced;

/**
 * Adds up a log, each request at the prices of its own time, or all at those of one instant. The hour of the request
 * decides about time windows in both cases.
 * @param fixed null: each at its own time
 * @throws UsageError for an entry without a time where none is given
 */
export function billLog(entries: readonly LogEntry[], pricesFor: PricesFor, fixed: FixedTime | null): LogBill {
  const models = new Map<string, Sum>();
  const times = entries.flatMap(({ time }) => (time === null ? [] : [time])).sort();
  for (const { line, model, time, usage } of entries) {
    const then = fixed?.at ?? time;
    if (then === null) {
      const hint = 'Give every line a time, or one to all with --at.';
      throw new UsageError('bad_log', `Line ${line} of the log has no time.`, { hint });
    }
    const sum = models.get(model) ?? new Sum(model);
    models.set(model, sum);
    const clock = time === null ? (fixed?.clock ?? new Date(then)) : new Date(time);
    const prices = pricesFor({ model, at: then, clock, usage });
    if (typeof prices === 'string') sum.miss(usage, prices);
    else sum.add(usage, billRequest(prices, usage, clock));
  }
  const totals = [...models.values()].map((sum) => sum.total());
  const subtotal = totals.reduce((all, model) => all.plus(model.subtotal), new Big(0)).toFixed();
  totals.sort((a, b) => new Big(b.subtotal).cmp(a.subtotal) || (a.model < b.model ? -1 : 1));
  return {
    requests: entries.length,
    from: times[0] ?? null,
    to: times.at(-1) ?? null,
    total: totals.every(({ total }) => total !== null) ? subtotal : null,
    subtotal,
    models: totals,
  };
}

/** A line of a log is one request, which matters to the few models that charge for each. */
function billRequest(prices: readonly PriceRow[], usage: Usage, at: Date): Bill {
  const billed = bill(prices, usage, at);
  return billed.unbilled.includes('request') ? bill(prices, new Map([...usage, ['request', 1]]), at) : billed;
}

/** What one model has cost so far. */
class Sum {
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

  add(usage: Usage, { lines, subtotal, skipped }: Bill): void {
    this.#count(usage);
    this.#subtotal = this.#subtotal.plus(subtotal);
    for (const condition of skipped) this.#skipped.add(condition);
    for (const { component, problem } of lines) if (problem !== null) this.#note(problem, component);
  }

  miss(usage: Usage, problem: Unpriced): void {
    this.#count(usage);
    this.#note(problem, null);
  }

  total(): ModelTotal {
    const subtotal = this.#subtotal.toFixed();
    const problems = [...this.#problems.values()];
    return {
      ...{ model: this.#model, requests: this.#requests, subtotal, problems, skipped: [...this.#skipped] },
      ...{ promptTokens: this.#promptTokens, completionTokens: this.#completionTokens },
      total: problems.length === 0 ? subtotal : null,
    };
  }

  #count(usage: Usage): void {
    const quantities = readQuantities(usage);
    this.#requests += 1;
    this.#promptTokens += promptSize(quantities);
    this.#completionTokens += (quantities.get('completion') ?? 0n) + (quantities.get('internal_reasoning') ?? 0n);
  }

  #note(problem: LogProblem['problem'], component: string | null): void {
    const key = `${problem} ${component}`;
    const known = this.#problems.get(key);
    if (known === undefined) this.#problems.set(key, { problem, component, requests: 1 });
    else known.requests += 1;
  }
}
