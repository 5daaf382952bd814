import Big from 'big.js';
import { skippedWords } from '../../core/format/billWords.ts';
import { conditionWords } from '../../core/format/conditionWords.ts';
import { pctWords } from '../../core/format/priceWords.ts';
import { escapeControls } from '../../core/format/text.ts';
import type { RequestBill } from '../../core/pricing/bill.ts';
import { type Cell, flexible, remark, right } from '../shared/columns.ts';
import { type Context, print } from '../shared/context.ts';
import { printTable } from '../shared/output.ts';
import { Style } from '../shared/style.ts';
import { type Billed, problemWords, totalCell } from './costTables.ts';
import { timesAmount, type Volume, volumeWords } from './volume.ts';

/**
 * Prints what a request costs with several models, in the given order.
 * @param what the title of the first column
 */
export async function printComparison(
  bills: readonly Billed[],
  volume: Volume,
  when: string,
  context: Context,
  what = 'model',
): Promise<void> {
  const cheapest = bills.find(({ bill }) => bill?.total != null)?.bill?.total ?? null;
  const requests = volumeWords(volume);
  print(context, requests === '' ? when : `${requests}, ${when}`);
  const amount = (total: string | null, times: bigint): Cell => totalCell(timesAmount(total, times));
  const rows = bills.map(({ model, bill, problem }): Cell[] => {
    const total = bill?.total ?? null;
    return [
      model,
      ...(requests === '' ? [] : [amount(total, 1n)]),
      amount(total, volume.times),
      ...(volume.isMonthly ? [amount(total, volume.times * 12n)] : []),
      moreThan(cheapest, total),
      problem === null ? remarks(bill) : problemWords(problem),
    ];
  });
  await printTable(
    context,
    [
      flexible(what),
      ...(requests === '' ? [] : [right('a request')]),
      right(volume.isMonthly ? 'USD a month' : 'USD'),
      ...(volume.isMonthly ? [right('a year')] : []),
      right('more'),
      remark(''),
    ],
    rows,
  );
  printTokenizers(bills, context);
}

/** What is missing from a total, and under which conditions it holds. */
function remarks(bill: RequestBill | null): string {
  const gaps = bill?.lines.filter((line) => line.problem !== null) ?? [];
  const words = [
    ...gaps.map((line) => `${line.component}: ${problemWords(line.problem ?? 'no_price')}`),
    ...(bill?.conditions.map(conditionWords) ?? []),
    ...(bill?.skipped.map(skippedWords) ?? []),
    ...(bill?.unbilled.map((component) => `without its price for each ${component}`) ?? []),
  ];
  return words.join('; ');
}

function printTokenizers(bills: readonly Billed[], context: Context): void {
  const tokenizers = new Set(bills.map(({ tokenizer }) => tokenizer));
  if (tokenizers.size < 2) return;
  const names = [...tokenizers].map((tokenizer) => tokenizer ?? 'unknown').join(', ');
  const words = `These models cut text into tokens differently (${names}): the same text is not the same number of tokens.`;
  print(context, Style.of(context).quiet(escapeControls(words)));
}

/** How much more than the cheapest it is, in percent. */
function moreThan(cheapest: string | null, total: string | null): string {
  if (cheapest === null || total === null || total === cheapest || new Big(cheapest).eq(0)) return '';
  return pctWords(Number(new Big(total).minus(cheapest).times(100).div(cheapest).toFixed(6)));
}
