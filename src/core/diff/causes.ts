import { getOrMake } from '../collections.ts';
import { isScheduled } from '../pricing/conditions.ts';
import type { ParsedModel } from '../reading/model.ts';
import type { Amount } from '../reading/price.ts';
import type { Prices } from '../reading/pricing.ts';
import type { PriceDifference } from './diffPrices.ts';

/** Why a difference is not news: see {@link priceCause} and `drift`. */
export const CAUSES = ['zero', 'clock', 'alias', 'drift'] as const;
export type Cause = (typeof CAUSES)[number];

/** Whether a difference with a cause is news all the same. */
const IS_NEWS: Readonly<Record<Cause, boolean>> = { zero: false, clock: false, alias: true, drift: false };
export const NOISE_CAUSES = CAUSES.filter((cause) => !IS_NEWS[cause]);

/** Whether a difference is no news: a zero that comes or goes, the hour of the day, a change of the format. */
export function isNoise(cause: Cause | null): boolean {
  return cause !== null && !IS_NEWS[cause];
}

/**
 * Looks up what a component costs outside of its schedule: its newest base price so far that was not also one of its
 * scheduled prices at the time; null where there was none.
 */
export type DefaultPrice = (component: string) => Amount | null;

/** Why a price differs although nobody set another one; null where somebody did. */
export function priceCause(
  difference: PriceDifference,
  before: ParsedModel,
  after: ParsedModel,
  defaultPrice: DefaultPrice,
): Cause | null {
  const { before: old, after: now } = difference;
  if ((old === null && now === '0') || (old === '0' && now === null)) return 'zero';
  if (isClock(difference, before, after, defaultPrice)) return 'clock';
  return after.id.startsWith('~') ? 'alias' : null;
}

/**
 * Whether only the clock moved on. Upstream lists as the base price whichever price holds at the moment, so that it
 * changes from one scheduled price to the next, or to the default where the schedule has a gap.
 */
function isClock(
  { component, condition, before: old, after: now }: PriceDifference,
  before: ParsedModel,
  after: ParsedModel,
  defaultPrice: DefaultPrice,
): boolean {
  if (condition !== '' || old === null || now === null) return false;
  const scheduled = scheduledAmounts(after.prices, component);
  if (scheduled.size === 0 || !isSame(scheduled, scheduledAmounts(before.prices, component))) return false;
  return scheduled.has(now) || now === defaultPrice(component);
}

/** Asked about each base price that differs, and therefore computed once for a model. */
const schedules = new WeakMap<Prices, ReadonlyMap<string, ReadonlySet<Amount>>>();
const NONE: ReadonlySet<Amount> = new Set();

function scheduledAmounts(prices: Prices, component: string): ReadonlySet<Amount> {
  const known = schedules.get(prices);
  if (known !== undefined) return known.get(component) ?? NONE;
  const read = new Map<string, Set<Amount>>();
  for (const price of prices.values()) {
    if (!isScheduled(price.condition)) continue;
    getOrMake(read, price.component, () => new Set()).add(price.amount);
  }
  schedules.set(prices, read);
  return read.get(component) ?? NONE;
}

function isSame(a: ReadonlySet<Amount>, b: ReadonlySet<Amount>): boolean {
  return a.size === b.size && [...a].every((amount) => b.has(amount));
}
