import { isScheduled } from '../pricing/conditions.ts';
import { numberText, sameJson } from '../reading/json.ts';
import { leafText, storable } from '../reading/leaves.ts';
import type { Model } from '../reading/model.ts';
import { type Amount, changePct } from '../reading/price.ts';
import { type Prices, priceField } from '../reading/pricing.ts';
import type { Cause, FieldChange, Shift } from './changes.ts';

/** One price that is not the same in two snapshots; an absent side is null. */
export interface PriceDifference {
  readonly component: string;
  readonly condition: string;
  readonly before: Amount | null;
  readonly after: Amount | null;
}

/** Every price that differs, in upstream's order, new ones last. */
export function diffPrices(before: Prices, after: Prices): PriceDifference[] {
  const differences: PriceDifference[] = [];
  for (const [key, { component, condition, amount }] of before) {
    const now = after.get(key)?.amount ?? null;
    if (now !== amount) differences.push({ component, condition, before: amount, after: now });
  }
  for (const [key, { component, condition, amount }] of after) {
    if (!before.has(key)) differences.push({ component, condition, before: null, after: amount });
  }
  return differences;
}

/**
 * Looks up a component's default: its newest base price, up to the document before, that was not among its scheduled
 * prices then; null where there was none.
 */
export type DefaultPrice = (component: string) => Amount | null;

const NO_DEFAULT: DefaultPrice = () => null;

/** What differs between two documents of one model, prices first; empty when nothing that counts does. */
export function compareModels(before: Model, after: Model, defaultPrice = NO_DEFAULT): FieldChange[] {
  const changes: FieldChange[] = [];
  for (const difference of diffPrices(before.prices, after.prices)) {
    changes.push(priceChange(difference, before, after, defaultPrice));
  }
  for (const [field, old] of before.leaves) {
    const now = after.leaves.get(field);
    if (old !== now && (now === undefined || !sameLeaf(old, now))) changes.push(leafChange(field, old, now));
  }
  for (const [field, now] of after.leaves) {
    if (!before.leaves.has(field)) changes.push(leafChange(field, undefined, now));
  }
  return changes;
}

function priceChange(
  difference: PriceDifference,
  before: Model,
  after: Model,
  defaultPrice: DefaultPrice,
): FieldChange {
  const { component, condition } = difference;
  const cause = priceCause(difference, before, after, defaultPrice);
  return {
    type: cause === 'zero' || cause === 'clock' ? 'updated' : 'repriced',
    field: priceField(component, condition),
    before: difference.before,
    after: difference.after,
    cause,
    shift: null,
    changePct: changePct(difference.before, difference.after),
  };
}

/** Half a character is the same as the escape that is kept of it. */
function sameLeaf(old: unknown, now: unknown): boolean {
  if (typeof old === 'string' && typeof now === 'string') return storable(old) === storable(now);
  return sameJson(old, now);
}

function leafChange(field: string, before: unknown, after: unknown): FieldChange {
  return {
    type: isLimit(field) ? 'limits_changed' : 'updated',
    field,
    before: before === undefined ? null : leafText(before),
    after: after === undefined ? null : leafText(after),
    cause: null,
    shift: shiftOf(before, after),
    changePct: null,
  };
}

function shiftOf(old: unknown, now: unknown): Shift | null {
  if (old === undefined) return 'appeared';
  if (now === undefined) return 'vanished';
  return kindOf(old) === kindOf(now) ? null : 'retyped';
}

/** What a leaf is in JSON. */
function kindOf(leaf: unknown): string {
  if (Array.isArray(leaf)) return 'array';
  return numberText(leaf) === undefined ? typeof leaf : 'number';
}

function isLimit(field: string): boolean {
  return /^(?:context_length|top_provider|per_request_limits)(?:\.|$)/.test(field);
}

/** The first cause that fits, of the three by which a price differs without being news. */
function priceCause(
  difference: PriceDifference,
  before: Model,
  after: Model,
  defaultPrice: DefaultPrice,
): Cause | null {
  const { before: old, after: now } = difference;
  if ((old === null && now === '0') || (old === '0' && now === null)) return 'zero';
  if (isClock(difference, before, after, defaultPrice)) return 'clock';
  return after.id.startsWith('~') ? 'alias' : null;
}

/**
 * The base price is the one that holds as the list is read: it flips between the scheduled prices, and between them and
 * the default where the schedule leaves gaps.
 */
function isClock(
  { component, condition, before: old, after: now }: PriceDifference,
  before: Model,
  after: Model,
  defaultPrice: DefaultPrice,
): boolean {
  if (condition !== '' || old === null || now === null) return false;
  const scheduled = scheduledAmounts(after.prices, component);
  if (scheduled.size === 0 || !isSame(scheduled, scheduledAmounts(before.prices, component))) return false;
  return scheduled.has(now) || now === defaultPrice(component);
}

/** Asked for each base price that differs, so read once for a model. */
const schedules = new WeakMap<Prices, ReadonlyMap<string, ReadonlySet<Amount>>>();
const NONE: ReadonlySet<Amount> = new Set();

function scheduledAmounts(prices: Prices, component: string): ReadonlySet<Amount> {
  const known = schedules.get(prices);
  if (known !== undefined) return known.get(component) ?? NONE;
  const read = new Map<string, Set<Amount>>();
  for (const price of prices.values()) {
    if (!isScheduled(price.condition)) continue;
    const amounts = read.get(price.component) ?? new Set();
    read.set(price.component, amounts.add(price.amount));
  }
  schedules.set(prices, read);
  return read.get(component) ?? NONE;
}

function isSame(a: ReadonlySet<Amount>, b: ReadonlySet<Amount>): boolean {
  return a.size === b.size && [...a].every((amount) => b.has(amount));
}
