import type { PriceRow } from '../pricing/applicablePrice.ts';
import type { ParsedModel } from '../reading/model.ts';
import { DYNAMIC } from '../reading/price.ts';
import { priceKey } from '../reading/pricing.ts';
import type { DefaultPrice } from './causes.ts';
import type { FieldChange } from './changes.ts';
import { compareModels } from './compareModels.ts';

/** One leaf that changed at an instant, as an event has it. */
export type LeafEvent = Pick<FieldChange, 'field' | 'before' | 'after' | 'cause'> & { readonly type: string };

/** A leaf that differs between two instants. */
export type NetChange = Omit<FieldChange, 'shift'>;

/** The leaves that differ after all these events, oldest first; one that is back to its old value is left out. */
export function netLeafChanges(events: readonly LeafEvent[]): NetChange[] {
  const net = new Map<string, { first: LeafEvent; last: LeafEvent; isDrift: boolean }>();
  for (const event of events) {
    const known = net.get(event.field);
    const isDrift = event.cause === 'drift';
    if (known === undefined) net.set(event.field, { first: event, last: event, isDrift });
    else net.set(event.field, { first: known.first, last: event, isDrift: known.isDrift && isDrift });
  }
  return [...net].flatMap(([field, { first, last, isDrift }]): NetChange[] => {
    if (first.before === last.after) return [];
    const type = last.type === 'limits_changed' ? 'limits_changed' : 'updated';
    return [{ type, field, before: first.before, after: last.after, cause: isDrift ? 'drift' : null, changePct: null }];
  });
}

/**
 * How the prices of a model differ between two instants, with the cause where that is no news.
 * @param defaultPrice as of the earlier instant
 */
export function netPriceChanges(
  model: string,
  before: readonly PriceRow[],
  after: readonly PriceRow[],
  defaultPrice: DefaultPrice,
): NetChange[] {
  const changes = compareModels(asModel(model, before), asModel(model, after), defaultPrice);
  return changes.map(({ shift: _, ...change }) => change);
}

/** A model that has only prices, to be compared by the rules of models. */
function asModel(id: string, rows: readonly PriceRow[]): ParsedModel {
  const prices = rows.map(({ component, condition, price }) => {
    return [priceKey(component, condition), { component, condition, amount: price ?? DYNAMIC }] as const;
  });
  return { id, document: {}, prices: new Map(prices), leaves: new Map(), nameLength: 0 };
}
