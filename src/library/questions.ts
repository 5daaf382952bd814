import { UsageError } from '../core/errors.ts';
import { suggest } from '../core/format/suggest.ts';
import { bill } from '../core/pricing/bill.ts';
import { basePrices, isFree, type Offer } from '../core/pricing/offers.ts';
import { readUsage } from '../core/pricing/usage.ts';
import { COMPONENTS } from '../core/reading/components.ts';
import { END_OF_TIME, toInstant } from '../core/time/instant.ts';
import { readWhen } from '../core/time/when.ts';
import { coverageOf } from '../ledger/queries/coverage.ts';
import { type EventFilter, findEvents } from '../ledger/queries/events.ts';
import { addContext } from '../ledger/queries/eventsWithContext.ts';
import { allIds } from '../ledger/queries/model.ts';
import { PriceBook } from '../ledger/queries/priceBook.ts';
import type { ModelState } from '../ledger/queries/served/modelState.ts';
import type { Ledger } from '../ledger/store/open.ts';
import type { Bill, Usage } from './api/bills.ts';
import type { Change, ChangeFilter } from './api/changes.ts';
import type { ListedModel, ListFilter, ModelPrices } from './api/models.ts';
import type { Time } from './api/time.ts';
import { withUnits } from './modelRecord.ts';

/** The first instant of a time, or the first after it. */
export function readTime(time: Time, now: Date, end: 'from' | 'until' = 'from'): string {
  if (typeof time === 'string') return readWhen(time, now)[end];
  if (!(time instanceof Date) || Number.isNaN(time.getTime())) {
    throw new UsageError('bad_time', 'The time is no text and no valid Date.');
  }
  return toInstant(time);
}

/** The error about an id that was never listed. */
export function unknownModel(ledger: Ledger, id: string): UsageError {
  if (coverageOf(ledger) === null) return new UsageError('no_list', 'There is no list yet.', { hint: 'Sync first.' });
  const ids = allIds(ledger).map((row) => row.id);
  const near = suggest(id, ids);
  const hint = near.length === 0 ? {} : { hint: `Did you mean ${near.join(', ')}?` };
  return new UsageError('unknown_model', `No model "${id}" was ever listed.`, hint);
}

/** Null where it was not listed. */
export function pricesOf({ facts, at, lifecycle, prices: inForce }: ModelState): ModelPrices | null {
  if (!lifecycle.listed) return null;
  const prices = withUnits(inForce);
  return { model: facts.id, at, ...basePrices({ prices }), prices };
}

export function listedModel(offer: Offer): ListedModel {
  const { model, name, author, contextLength, maxCompletionTokens, parameters, inputs, outputs, prices } = offer;
  return {
    model,
    name,
    author,
    contextLength,
    maxCompletionTokens,
    parameters,
    inputs,
    outputs,
    ...basePrices(offer),
    free: isFree(offer),
    prices: withUnits(prices),
  };
}

const FIELDS: ReadonlySet<string> = new Set(COMPONENTS.map(({ field }) => field satisfies keyof Usage));

/**
 * Translates a filter for the ledger.
 * @throws UsageError for an unknown filter, without which the answer would be wrong
 */
export function eventFilter(filter: ChangeFilter, now: Date): EventFilter {
  const { since, until, limit: _, model, author, types, field, minPercent, noise, firstRun, ...unknown } = filter;
  unknown satisfies Readonly<Record<string, never>>;
  const [stranger] = Object.keys(unknown);
  if (stranger !== undefined) throw new UsageError('unknown_filter', `Nobody knows the filter ${stranger}.`);
  return {
    since: since === undefined ? undefined : readTime(since, now),
    until: until === undefined ? undefined : readTime(until, now, 'until'),
    models: patternsOf(model),
    author,
    types,
    field,
    minPercent,
    noise,
    firstRun,
  };
}

export function patternsOf(model: ListFilter['model']): readonly string[] | undefined {
  return typeof model === 'string' ? [model] : model;
}

/** @throws UsageError for an unknown quantity, which would go unbilled */
export async function billOf(ledger: Ledger, model: string, asked: Usage, at: string | null, now: Date): Promise<Bill> {
  const { components = {}, ...fields } = asked;
  const stranger = Object.keys(fields).find((field) => !FIELDS.has(field));
  if (stranger !== undefined) {
    const hint = `Give one of ${[...FIELDS].join(', ')}; others of upstream's stand under components.`;
    throw new UsageError('invalid_quantity', `Nobody knows what ${stranger} is.`, { hint });
  }
  const usage = new Map([...readUsage(fields), ...Object.entries(components)]);
  if (usage.size === 0) throw new UsageError('no_usage', 'Nothing was used.', { hint: 'Give promptTokens.' });
  const clock = at === null ? now : new Date(at);
  const book = await PriceBook.open(ledger, at === null ? [] : [model]);
  const prices = book.pricesFor(model, at ?? END_OF_TIME, clock, usage);
  if (prices === 'unknown_model') throw unknownModel(ledger, model);
  if (typeof prices === 'string') {
    const words =
      prices === 'not_observed'
        ? `No list had been observed by ${at}.`
        : `${model} ${at === null ? 'is not listed any more' : `was not listed at ${at}`}.`;
    throw new UsageError('not_listed', words);
  }
  const made = bill(prices, usage, clock);
  const lines = made.lines.map((line) => ({ ...line, quantity: Number(line.quantity) }));
  return { model, at, ...made, promptTokens: Number(made.promptTokens), lines };
}

/** Large enough that the time between batches does not matter. */
const BATCH = 500;

/** A batch of the newest matching changes, in whole runs, and the instant before which the next batch begins, if any. */
export function nextChanges(ledger: Ledger, filter: EventFilter): { changes: Change[]; before: string | undefined } {
  const changes: Change[] = [];
  for (const { sinceBefore: _, ...change } of addContext(ledger, findEvents(ledger, filter))) {
    const last = changes.at(-1)?.observedAt;
    if (changes.length >= BATCH && last !== change.observedAt) return { changes, before: last };
    changes.push(change);
  }
  return { changes, before: undefined };
}
