import { UsageError } from '../../core/errors.ts';
import { isGlob } from '../../core/format/glob.ts';
import { sortByPrecedence } from '../../core/pricing/applicablePrice.ts';
import { bill } from '../../core/pricing/bill.ts';
import type { ComponentUsage } from '../../core/pricing/usage.ts';
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

/** The request that is billed. */
export interface CostRequest {
  /** Names, and patterns of ids that were listed, as typed. */
  readonly models: readonly string[];
  /** The instant whose prices apply; null: now. */
  readonly at: string | null;
  /** The time of the request, whose hour and weekday decide about time windows. */
  readonly clock: Date;
  readonly usage: ComponentUsage;
  /** How many such requests are billed. */
  readonly volume: Volume;
}

/**
 * Bills the request with each model.
 * @throws UsageError for an id that was never listed, or for a single model that was not listed at that instant
 */
export async function billModels(question: LedgerQuestion, request: CostRequest): Promise<Billed[]> {
  const { at, clock, usage } = request;
  const known = knownModels(question, request);
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
 * Bills the request with one model at each endpoint that serves it.
 * @throws UsageError for an id that was never listed, for several models, or if no endpoints of the model are known
 */
export function billProviders(question: LedgerQuestion, request: CostRequest): { served: string; bills: Billed[] } {
  const { ledger } = question;
  const { at, clock, usage } = request;
  const [[model, facts] = [], ...others] = knownModels(question, request);
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
 * The named models, each once, with the facts that a bill needs.
 * @throws UsageError for an id that was never listed
 */
export function knownModels(question: LedgerQuestion, { models, at }: CostRequest): Map<string, BillFacts> {
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

/** Replaces each pattern by the ids that were listed then. */
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
