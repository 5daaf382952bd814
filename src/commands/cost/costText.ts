import Big from 'big.js';
import { dollars } from '../../core/format/words.ts';
import { bill } from '../../core/pricing/bill.ts';
import { END_OF_TIME } from '../../core/time/instant.ts';
import { countedModels } from '../../ledger/queries/model.ts';
import { PriceBook } from '../../ledger/queries/priceBook.ts';
import type { Ledger } from '../../ledger/store/open.ts';
import { TextCounter, type TokenCount } from '../../tokenizers/count.ts';
import { INSTALL, loadVocabulary } from '../../tokenizers/vocabulary.ts';
import { type Context, note } from '../shared/context.ts';
import { limitOf, printRecords, printTable } from '../shared/output.ts';
import { startBar } from '../shared/progress.ts';
import { type RequestTexts, readRequests } from '../tokens/texts.ts';
import { countWords, lowOf } from '../tokens/tokens.ts';
import { countingTools } from '../tokens/tools.ts';
import type { CostRequest } from './costModels.ts';
import { problemWords } from './costTables.ts';
import { TEXT_KEYS, type TextOptions } from './costTextOptions.ts';

/** What the texts come to with one model. */
interface TextBill {
  readonly model: string;
  readonly tokenizer: string | null;
  readonly count: TokenCount;
  /** Exact USD for the fewest and for the most tokens; null where there is no number. */
  readonly low: string | null;
  readonly high: string | null;
  readonly problem: string | null;
}

/** Counts the texts by each model's own tokenizer and bills them, the cheapest first. */
export async function costOfTexts(
  ledger: Ledger,
  ids: readonly string[],
  request: CostRequest,
  options: TextOptions,
  context: Context,
): Promise<boolean> {
  const requests = await readRequests(options.text ?? '-', options.system, context);
  const bar = await startBar(context, 'characters');
  const tools = countingTools(options, context, bar.show);
  const counters = requests.map(({ texts }) => new TextCounter(texts, tools));
  const book = await PriceBook.open(ledger, request.at === null ? [] : ids);
  const bills: TextBill[] = [];
  for (const model of countedModels(ledger, ids)) {
    const counts = await Promise.all(counters.map((counter) => counter.count(model)));
    bills.push({ model: model.id, tokenizer: model.tokenizer, ...billTexts(book, model.id, counts, request, options) });
  }
  bar.stop();
  await printTextBills(sortByCost(bills), requests, request, options, context);
  return bills.some(({ low }) => low !== null);
}

/** Each text is a request of its own: a tier's threshold is one of a request. */
function billTexts(
  book: PriceBook,
  model: string,
  counts: readonly TokenCount[],
  { at, clock, usage }: CostRequest,
  { times = 1n }: TextOptions,
): Pick<TextBill, 'count' | 'low' | 'high' | 'problem'> {
  const count = sumOf(counts);
  if (count.method === 'unknown') return { count, low: null, high: null, problem: null };
  const billed = (tokens: number | null): { total: string | null; problem: string | null } => {
    const all = new Map([...usage, ['prompt', BigInt(tokens ?? 0)] as const]);
    const prices = book.pricesFor(model, at ?? END_OF_TIME, clock, all);
    if (typeof prices === 'string') return { total: null, problem: problemWords(prices) };
    const { total } = bill(prices, all, clock);
    return { total, problem: total === null ? 'a price is not known' : null };
  };
  const totals = { low: new Big(0), high: new Big(0) };
  for (const one of counts) {
    const both = [billed(lowOf(one)), billed(highOf(one))];
    const problem = both.find(({ problem: why }) => why !== null)?.problem;
    if (problem !== undefined && problem !== null) return { count, low: null, high: null, problem };
    // A tier with a lower price can make more tokens cheaper.
    const [first, second] = both.map(({ total }) => new Big(total ?? '0'));
    if (first === undefined || second === undefined) continue;
    totals.low = totals.low.plus(first.lt(second) ? first : second);
    totals.high = totals.high.plus(first.lt(second) ? second : first);
  }
  const finish = (total: Big): string => total.times(times.toString()).toFixed();
  return { count, low: finish(totals.low), high: finish(totals.high), problem: null };
}

/** The count of all requests together; a model is counted in one way, whatever the text. */
function sumOf(counts: readonly TokenCount[]): TokenCount {
  const [first] = counts;
  if (first === undefined || first.method === 'unknown') return first ?? { method: 'unknown', basis: 'no text' };
  const low = counts.reduce((sum, count) => sum + (lowOf(count) ?? 0), 0);
  const high = counts.reduce((sum, count) => sum + highOf(count), 0);
  if ('tokens' in first) return { ...first, tokens: low };
  return { ...first, low, high };
}

function highOf(count: TokenCount): number {
  return count.method === 'unknown' ? 0 : 'tokens' in count ? count.tokens : count.high;
}

function sortByCost(bills: readonly TextBill[]): TextBill[] {
  return [...bills].sort((a, b) => {
    if (a.low === null || b.low === null) return Number(a.low === null) - Number(b.low === null);
    return new Big(a.low).cmp(b.low) || new Big(a.high ?? 0).cmp(b.high ?? 0) || (a.model < b.model ? -1 : 1);
  });
}

async function printTextBills(
  bills: readonly TextBill[],
  requests: readonly RequestTexts[],
  { at }: CostRequest,
  options: TextOptions,
  context: Context,
): Promise<void> {
  const limit = limitOf(options);
  const shown = limit < 0 ? bills : bills.slice(0, limit);
  const records = shown.map((one) => toRecord(one, requests.length, at));
  if (await printRecords(context, options, TEXT_KEYS, records)) return;
  await printTable(
    context,
    [
      { title: 'model', flexible: true },
      { title: 'tokens', align: 'right' },
      { title: 'how' },
      { title: 'USD', align: 'right' },
      { title: '', flexible: true },
    ],
    shown.map((one, index) => [
      one.model,
      countWords(one.count),
      one.count.method,
      one.low === null
        ? ''
        : one.low === one.high
          ? dollars(one.low)
          : `${dollars(one.low)} to ${dollars(one.high ?? '0')}`,
      one.problem ?? (one.count.method === 'unknown' ? one.count.basis : overlapWords(shown[index - 1], one)),
    ]),
  );
  note(
    context,
    'Counts are of the texts alone: what a service puts around them (a few tokens a message) comes on top.',
  );
  if (shown.length < bills.length) note(context, `${shown.length} of ${bills.length} models; --limit N shows more.`);
  if ((await loadVocabulary('o200k')) === undefined) note(context, INSTALL);
}

/** Where the ranges of two neighbours overlap, nobody can say which of them is cheaper. */
function overlapWords(before: TextBill | undefined, { low }: TextBill): string {
  if (before?.high === null || before === undefined || low === null) return '';
  return new Big(before.high ?? '0').gt(low) ? 'overlaps the one above' : '';
}

function toRecord(
  { model, tokenizer, count, low, high, problem }: TextBill,
  requests: number,
  at: string | null,
): Record<string, unknown> {
  const known = count.method !== 'unknown';
  return {
    model,
    tokenizer,
    method: count.method,
    basis: count.basis,
    promptTokensLow: lowOf(count),
    promptTokensHigh: known ? highOf(count) : null,
    totalLow: low,
    totalHigh: high,
    requests,
    problem,
    at,
  };
}
