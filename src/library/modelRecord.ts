import type { PriceRow } from '../core/pricing/applicablePrice.ts';
import { type TimedPrice, Timetable } from '../core/pricing/timetable.ts';
import { type Unit, unitOf } from '../core/reading/components.ts';
import { readArray } from '../core/reading/json.ts';
import type { ModelState } from '../ledger/queries/served/modelState.ts';
import type { Model, PricePeriod } from './api/models.ts';

/** Everything about one model as a record with stable keys. */
export function modelRecord(state: ModelState & Pick<Model, 'served'>): Model {
  const { facts, at, lifecycle, limits, prices, history, served } = state;
  const { listed, firstSeenAt, lastSeenAt, removedAt, absences } = lifecycle;
  const { id: model, name, description, author, aliasOf, canonicalSlug, createdAt } = facts;
  const { tokenizer, instructType, huggingFaceId, knowledgeCutoff, expirationDate } = facts;
  return {
    model,
    at,
    listed,
    firstSeenAt,
    lastSeenAt,
    removedAt,
    absences,
    author,
    createdAt,
    aliasOf,
    name,
    description,
    canonicalSlug,
    huggingFaceId,
    tokenizer,
    instructType,
    knowledgeCutoff,
    expirationDate,
    inputs: parseList(facts.inputs),
    outputs: parseList(facts.outputs),
    parameters: parseList(facts.parameters),
    limits: limits ?? null,
    served,
    prices: withUnits(prices),
    history: historyWithUnits(history),
  };
}

/** Adds their units to prices that were in force together. */
export function withUnits<T extends PriceRow>(prices: readonly T[]): (T & { readonly unit: Unit | null })[] {
  return prices.map((price) => ({ ...price, unit: unitOf(price.component, prices) ?? null }));
}

/** Adds its unit to each price of a history, by the prices in force when it began. */
export function historyWithUnits(periods: readonly TimedPrice[]): PricePeriod[] {
  const timetable = new Timetable(periods);
  return periods.map((period) => ({
    ...period,
    unit: unitOf(period.component, timetable.at(period.validFrom)) ?? null,
  }));
}

function parseList(json: string | null): unknown {
  return json === null ? null : (readArray(json) ?? json);
}
