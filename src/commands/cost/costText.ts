import { TEXTS_ALONE, tokenCountWords, totalWords } from '../../core/format/tokenWords.ts';
import { bill } from '../../core/pricing/bill.ts';
import { END_OF_TIME } from '../../core/time/instant.ts';
import {
  billCounts,
  overlapping,
  sortTextBills,
  TEXT_KEYS,
  type TextBill,
  textRecord,
} from '../../core/tokens/textBill.ts';
import type { TokenCount } from '../../core/tokens/tokenCount.ts';
import { countedModels } from '../../ledger/queries/model.ts';
import { PriceBook } from '../../ledger/queries/priceBook.ts';
import { TextCounter } from '../../tokenizers/count.ts';
import { INSTALL, loadVocabulary } from '../../tokenizers/vocabulary.ts';
import { flexible, left, remark, right } from '../shared/columns.ts';
import { type Context, note } from '../shared/context.ts';
import { limitOf, noteCut, printRecords, printTable } from '../shared/output.ts';
import { withBar } from '../shared/progress.ts';
import type { LedgerQuestion } from '../shared/reading.ts';
import { type RequestTexts, readRequests } from '../tokens/texts.ts';
import { countingTools } from '../tokens/tools.ts';
import { type CostRequest, knownModels } from './costModels.ts';
import type { CostOptions } from './costOptions.ts';
import { problemWords } from './costTables.ts';

/** Counts texts with each model's own tokenizer and bills them, the cheapest first. Returns whether any total is known. */
export async function costOfTexts(question: LedgerQuestion, request: CostRequest, options: CostOptions) {
  const { ledger, context } = question;
  const ids = [...knownModels(question, request).keys()];
  const requests = await readRequests(options.text ?? '-', options.system, context);
  const book = await PriceBook.open(ledger, request.at === null ? [] : ids);
  const bills: TextBill[] = [];
  await withBar(context, 'characters', async (onProgress) => {
    const tools = countingTools(options, context, onProgress);
    const counters = requests.map(({ texts }) => new TextCounter(texts, tools));
    for (const model of countedModels(ledger, ids)) {
      const counts = await Promise.all(counters.map((counter) => counter.count(model)));
      bills.push({ model: model.id, tokenizer: model.tokenizer, ...billModel(book, model.id, counts, request) });
    }
  });
  await printTextBills(sortTextBills(bills), requests, request, options, context);
  return bills.some(({ low }) => low !== null);
}

function billModel(
  book: PriceBook,
  model: string,
  counts: readonly TokenCount[],
  { at, clock, usage, volume }: CostRequest,
): Pick<TextBill, 'count' | 'low' | 'high' | 'problem'> {
  return billCounts(counts, volume.times, (promptTokens) => {
    const all = new Map([...usage, ['prompt', promptTokens] as const]);
    const prices = book.pricesFor(model, at ?? END_OF_TIME, clock, all);
    return typeof prices === 'string' ? { total: null, problem: problemWords(prices) } : bill(prices, all, clock);
  });
}

async function printTextBills(
  bills: readonly TextBill[],
  requests: readonly RequestTexts[],
  { at }: CostRequest,
  options: CostOptions,
  context: Context,
): Promise<void> {
  const shown = bills.slice(0, limitOf(options));
  const records = shown.map((one) => textRecord(one, requests.length, at));
  if (await printRecords(context, options, TEXT_KEYS, records)) return;
  const overlaps = overlapping(shown);
  await printTable(
    context,
    [flexible('model'), right('tokens'), left('how'), right('USD'), remark('')],
    shown.map((one) => [
      one.model,
      tokenCountWords(one.count),
      one.count.method,
      totalWords(one),
      one.problem ?? (one.count.method === 'unknown' ? one.count.basis : overlaps.has(one) ? 'overlaps one above' : ''),
    ]),
  );
  note(context, TEXTS_ALONE);
  noteCut(context, shown, bills, 'models');
  if ((await loadVocabulary('o200k')) === undefined) note(context, INSTALL);
}
