import Big from 'big.js';
import { compareText, getOrMake } from '../collections.ts';
import { UsageError } from '../errors.ts';
import type { Instant } from '../time/instant.ts';
import type { PriceRow } from './applicablePrice.ts';
import { bill, type RequestBill } from './bill.ts';
import { readConditions } from './conditions.ts';
import { ModelSum, type ModelTotal, type Unpriced } from './modelSum.ts';
import { type ComponentUsage, promptSize, readQuantities } from './usage.ts';
import type { LogEntry } from './usageLog.ts';

export interface LogBill {
  readonly requests: number;
  readonly from: Instant | null;
  readonly to: Instant | null;
  readonly total: string | null;
  readonly subtotal: string;
  /** The most expensive first. */
  readonly models: readonly ModelTotal[];
}

/** A request, with the instant whose prices apply to it and the time of day that windows are judged by. */
export interface PricedRequest {
  readonly model: string;
  readonly provider: string | undefined;
  readonly at: Instant;
  readonly clock: Date;
  readonly usage: ComponentUsage;
}

/** The instant whose prices apply to every request, and the time of day of requests without a time. */
export interface FixedTime {
  readonly at: Instant;
  readonly clock: Date;
}

/** The prices of a model, in upstream's order where that decides. */
export type PricesFor = (request: PricedRequest) => readonly PriceRow[] | Unpriced;

/**
 * Adds up a log, each request at the prices of its own time, or all at those of one instant. Time windows are judged by
 * the hour of the request in both cases.
 * @param fixed null: each at its own time
 * @returns the bill; yields after each entry
 * @throws UsageError where no entry has a time and none is given
 */
export function* billLog(
  entries: readonly LogEntry[],
  pricesFor: PricesFor,
  fixed: FixedTime | null,
): Generator<undefined, LogBill> {
  const models = new Map<string, ModelSum>();
  if (fixed === null && entries.length > 0 && entries.every(({ time }) => time === null)) {
    const hint = 'Give every line a time, or one to all with --at: --at now, or --at 2026-05-03.';
    throw new UsageError('bad_log', 'No line of the log has a time, so nobody knows which prices held.', { hint });
  }
  const times = entries.flatMap(({ time }) => (time === null ? [] : [time])).sort();
  for (const entry of entries) {
    yield;
    const { model, provider, time, usage, requests } = entry;
    const then = fixed?.at ?? time;
    const sum = getOrMake(models, model, () => new ModelSum(model));
    if (then === null) {
      sum.miss(entry, 'no_time');
      continue;
    }
    const clock = time === null ? (fixed?.clock ?? new Date(then)) : new Date(time);
    const prices = pricesFor({ model, provider, at: then, clock, usage });
    if (typeof prices === 'string') sum.miss(entry, prices);
    else if (requests > 1n && isTierOpen(prices, usage)) sum.miss(entry, 'summed');
    else sum.add(entry, billEntry(prices, entry, clock));
  }
  const totals = [...models.values()].map((sum) => sum.total());
  const subtotal = totals.reduce((all, model) => all.plus(model.subtotal), new Big(0)).toFixed();
  totals.sort((a, b) => new Big(b.subtotal).cmp(a.subtotal) || compareText(a.model, b.model));
  return {
    requests: totals.reduce((all, { requests }) => all + requests, 0),
    from: times[0] ?? null,
    to: times.at(-1) ?? null,
    total: totals.every(({ total }) => total !== null) ? subtotal : null,
    subtotal,
    models: totals,
  };
}

/** Adds the number of requests, which a log does not count as usage, for the few models that charge for each one. */
function billEntry(prices: readonly PriceRow[], { usage, parts, requests }: LogEntry, at: Date): RequestBill {
  const all = foldUnpriced(usage, parts, prices);
  const billed = bill(prices, all, at);
  return billed.unbilled.includes('request') ? bill(prices, new Map([...all, ['request', requests]]), at) : billed;
}

/** Adds each part that has no price of its own to the quantity that the log counted it in. */
function foldUnpriced(
  usage: ComponentUsage,
  parts: ReadonlyMap<string, string>,
  prices: readonly PriceRow[],
): ComponentUsage {
  const folded = new Map(usage);
  // Parts of parts come first, so that they can be added on to the outermost one.
  const innermost = [...parts].sort(([, a], [, b]) => Number(parts.has(b)) - Number(parts.has(a)));
  for (const [part, whole] of innermost) {
    const quantity = folded.get(part);
    const hasPrice = prices.some(({ component, price, dynamic }) => {
      return component === part && (dynamic || (price !== null && price !== '0'));
    });
    if (quantity === undefined || hasPrice) continue;
    folded.delete(part);
    folded.set(whole, BigInt(folded.get(whole) ?? 0) + BigInt(quantity));
  }
  return folded;
}

/** Whether the sum of several requests exceeds a tier's threshold, which does not tell whether any of them does. */
function isTierOpen(prices: readonly PriceRow[], usage: ComponentUsage): boolean {
  const size = promptSize(readQuantities(usage));
  return prices.some(({ condition }) =>
    readConditions(condition).some((one) => one.type === 'min_prompt_tokens' && one.tokens < size),
  );
}
