import { UsageError } from '../../core/errors.ts';
import { isGlob } from '../../core/format/glob.ts';
import { sortByPrecedence } from '../../core/pricing/applicablePrice.ts';
import { bill } from '../../core/pricing/bill.ts';
import type { Usage } from '../../core/pricing/usage.ts';
import { END_OF_TIME } from '../../core/time/instant.ts';
import { minuteWords, type Zone } from '../../core/time/when.ts';
import { coverageOf } from '../../ledger/queries/coverage.ts';
import { listEndpointsAt } from '../../ledger/queries/endpoints/endpointsAt.ts';
import { pricesAt } from '../../ledger/queries/listing.ts';
import { type BillFacts, prepareBillFacts } from '../../ledger/queries/model.ts';
import { PriceBook } from '../../ledger/queries/priceBook.ts';
import type { Ledger } from '../../ledger/store/open.ts';
import { noEndpoints } from '../providers/noEndpoints.ts';
import type { Context } from '../shared/context.ts';
import { resolveModels } from '../shared/models.ts';
import { coverageWords } from '../shared/reading.ts';
import type { Billed } from './costTables.ts';

/** One request as it would be made of any model. */
export interface CostRequest {
  /** At the prices of this instant; null: now. */
  readonly at: string | null;
  /** Whose hour decides about time windows. */
  readonly clock: Date;
  readonly usage: Usage;
  readonly zone: Zone;
}

/**
 * What the request costs with each model.
 * @param models ids, and globs over what was listed
 * @throws UsageError for an id that was never listed, or for the only one when it was not listed at that instant
 */
export async function billModels(
  ledger: Ledger,
  models: readonly string[],
  request: CostRequest,
  context: Context,
): Promise<Billed[]> {
  const { at, clock, usage, zone } = request;
  const known = knownModels(ledger, models, at, zone, context);
  const book = await PriceBook.open(ledger, at === null ? [] : [...known.keys()]);
  return [...known].map(([model, facts]): Billed => {
    const prices = book.pricesFor(model, at ?? END_OF_TIME, clock, usage);
    const base = { model, at, tokenizer: facts.tokenizer };
    if (typeof prices !== 'string') return { ...base, bill: bill(prices, usage, clock), problem: null };
    if (known.size === 1)
      throw prices === 'not_observed' ? notObserved(ledger, request) : notListed(model, facts, request);
    return { ...base, bill: null, problem: prices };
  });
}

/**
 * What the request costs with one model at each of those who serve it.
 * @throws UsageError for an id that was never listed, several models, or a model of which no endpoints are known
 */
export function billProviders(
  ledger: Ledger,
  models: readonly string[],
  request: CostRequest,
  context: Context,
): { readonly served: string; readonly bills: Billed[] } {
  const { at, clock, usage, zone } = request;
  const [[model, facts] = [], ...others] = knownModels(ledger, models, at, zone, context);
  if (model === undefined || facts === undefined || others.length > 0) {
    throw new UsageError('several_models', 'Providers are compared for one model at a time.', { hint: 'Name one.' });
  }
  const endpoints = listEndpointsAt(ledger, model, at);
  if (endpoints.length === 0) throw noEndpoints(ledger, model);
  const twins = new Set<string>();
  const bills = endpoints.map(({ provider, tag, prices }): Billed => {
    const name = `${provider} (${tag})`;
    const again = twins.has(name);
    twins.add(name);
    const billed = bill(sortByPrecedence(prices), usage, clock);
    return { model: again ? `${name}, a twin` : name, at, tokenizer: facts.tokenizer, bill: billed, problem: null };
  });
  return { served: model, bills };
}

/**
 * The models that are named, each once, with what a bill needs to know of them.
 * @throws UsageError for an id that was never listed
 */
export function knownModels(
  ledger: Ledger,
  models: readonly string[],
  at: string | null,
  zone: Zone,
  context: Context,
): ReadonlyMap<string, BillFacts> {
  const factsOf = prepareBillFacts(ledger);
  const known = new Map<string, BillFacts>();
  for (const id of expand(ledger, resolveModels(ledger, models, context, zone), at, zone)) {
    const facts = factsOf(id);
    if (facts !== undefined) known.set(id, facts);
  }
  return known;
}

function notListed(model: string, { removedAt }: BillFacts, { at, zone }: CostRequest): UsageError {
  const when = at === null ? 'is not listed any more' : `was not listed at ${minuteWords(at, zone)}`;
  const removed =
    at === null && removedAt !== null
      ? `Note that it was removed ${minuteWords(removedAt, zone)}; ask for an earlier time with --at T.`
      : '';
  return new UsageError('not_listed', `${model} ${when}.`, {
    hint: removed || `Run model-ledger show ${model} to see when it was.`,
  });
}

function notObserved(ledger: Ledger, { at, zone }: CostRequest): UsageError {
  const when = minuteWords(at ?? END_OF_TIME, zone);
  return new UsageError('not_listed', `No list had been observed by ${when}.`, { hint: coverageWords(ledger, zone) });
}

/** Ids as they are, globs as the ids listed then. */
function expand(ledger: Ledger, models: readonly string[], at: string | null, zone: Zone): string[] {
  return models.flatMap((model) => {
    if (!isGlob(model)) return [model];
    const listed = pricesAt(ledger, at, { models: [model] }).map((offer) => offer.model);
    if (listed.length > 0) return listed;
    const isOutside = at !== null && at < (coverageOf(ledger)?.first ?? '');
    const hint = isOutside ? { hint: coverageWords(ledger, zone) } : {};
    throw new UsageError('unknown_model', `No model that fits "${model}" was listed then.`, hint);
  });
}
