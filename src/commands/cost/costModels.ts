import { UsageError } from '../../core/errors.ts';
import { isGlob } from '../../core/format/glob.ts';
import { sortByPrecedence } from '../../core/pricing/applicablePrice.ts';
import { bill } from '../../core/pricing/bill.ts';
import type { Usage } from '../../core/pricing/usage.ts';
import { END_OF_TIME } from '../../core/time/instant.ts';
import { minuteWords } from '../../core/time/when.ts';
import { coverageOf } from '../../ledger/queries/coverage.ts';
import { listEndpointsAt } from '../../ledger/queries/endpoints/endpointsAt.ts';
import { pricesAt } from '../../ledger/queries/listing.ts';
import { type BillFacts, prepareBillFacts } from '../../ledger/queries/model.ts';
import { PriceBook } from '../../ledger/queries/priceBook.ts';
import { noEndpoints } from '../providers/noEndpoints.ts';
import { resolveModels } from '../shared/models.ts';
import { coverageWords, type LedgerQuestion } from '../shared/reading.ts';
import type { Billed } from './costTables.ts';
import type { Volume } from './volume.ts';

/** One request as it would be made of any model. */
export interface CostRequest {
  /** At the prices of this instant; null: now. */
  readonly at: string | null;
  /** Whose hour and day decide about time windows. */
  readonly clock: Date;
  readonly usage: Usage;
  /** How many of them are paid. */
  readonly volume: Volume;
}

/**
 * What the request costs with each model.
 * @param models ids, and globs over what was listed
 * @throws UsageError for an id that was never listed, or for the only one when it was not listed at that instant
 */
export async function billModels(
  question: LedgerQuestion,
  models: readonly string[],
  { at, clock, usage }: CostRequest,
): Promise<Billed[]> {
  const known = knownModels(question, models, at);
  const book = await PriceBook.open(question.ledger, at === null ? [] : [...known.keys()]);
  return [...known].map(([model, facts]): Billed => {
    const prices = book.pricesFor(model, at ?? END_OF_TIME, clock, usage);
    const base = { model, at, tokenizer: facts.tokenizer };
    if (typeof prices !== 'string') return { ...base, bill: bill(prices, usage, clock), problem: null };
    if (known.size === 1)
      throw prices === 'not_observed' ? notObserved(question, at) : notListed(question, model, facts, at);
    return { ...base, bill: null, problem: prices };
  });
}

/**
 * What the request costs with one model at each of those who serve it.
 * @throws UsageError for an id that was never listed, several models, or a model of which no endpoints are known
 */
export function billProviders(
  question: LedgerQuestion,
  models: readonly string[],
  { at, clock, usage }: CostRequest,
): { readonly served: string; readonly bills: Billed[] } {
  const { ledger } = question;
  const [[model, facts] = [], ...others] = knownModels(question, models, at);
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
  question: LedgerQuestion,
  models: readonly string[],
  at: string | null,
): ReadonlyMap<string, BillFacts> {
  const factsOf = prepareBillFacts(question.ledger);
  const known = new Map<string, BillFacts>();
  for (const id of expand(question, resolveModels(question, models), at)) {
    const facts = factsOf(id);
    if (facts !== undefined) known.set(id, facts);
  }
  return known;
}

function notListed({ zone }: LedgerQuestion, model: string, { removedAt }: BillFacts, at: string | null): UsageError {
  const when = at === null ? 'is not listed any more' : `was not listed at ${minuteWords(at, zone)}`;
  const hint =
    at === null && removedAt !== null
      ? `Note that it was removed ${minuteWords(removedAt, zone)}; ask for an earlier time with --at T.`
      : `Run model-ledger show ${model} to see when it was.`;
  return new UsageError('not_listed', `${model} ${when}.`, { hint });
}

function notObserved(question: LedgerQuestion, at: string | null): UsageError {
  const when = minuteWords(at ?? END_OF_TIME, question.zone);
  return new UsageError('not_listed', `No list had been observed by ${when}.`, { hint: coverageWords(question) });
}

/** Ids as they are, globs as the ids listed then. */
function expand(question: LedgerQuestion, models: readonly string[], at: string | null): string[] {
  const { ledger } = question;
  return models.flatMap((model) => {
    if (!isGlob(model)) return [model];
    const listed = pricesAt(ledger, at, { models: [model] }).map((offer) => offer.model);
    if (listed.length > 0) return listed;
    const isOutside = at !== null && at < (coverageOf(ledger)?.first ?? '');
    const hint = isOutside ? { hint: coverageWords(question) } : {};
    throw new UsageError('unknown_model', `No model that fits "${model}" was listed then.`, hint);
  });
}
