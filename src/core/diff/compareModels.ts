import { numberText, sameJson } from '../reading/json.ts';
import { leafText, storable } from '../reading/leaves.ts';
import type { ParsedModel } from '../reading/model.ts';
import { changePct } from '../reading/price.ts';
import { priceField } from '../reading/pricing.ts';
import { type DefaultPrice, priceCause } from './causes.ts';
import type { FieldChange, Shift } from './changes.ts';
import { diffPrices, type PriceDifference } from './diffPrices.ts';

const NO_DEFAULT: DefaultPrice = () => null;

/** What differs between two documents of one model, prices first; leaves out what is never an event. */
export function compareModels(before: ParsedModel, after: ParsedModel, defaultPrice = NO_DEFAULT): FieldChange[] {
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
  before: ParsedModel,
  after: ParsedModel,
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

/** A lone surrogate is stored as an escape, and equals that escape. */
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

/** The JSON type of a leaf. */
function kindOf(leaf: unknown): string {
  if (Array.isArray(leaf)) return 'array';
  return numberText(leaf) === undefined ? typeof leaf : 'number';
}

function isLimit(field: string): boolean {
  return /^(?:context_length|top_provider|per_request_limits)(?:\.|$)/.test(field);
}
