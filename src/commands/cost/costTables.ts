import Big from 'big.js';
import { escapeControls } from '../../core/format/text.ts';
import { digits } from '../../core/format/units.ts';
import { conditionWords, dollars, pctWords, priceWords } from '../../core/format/words.ts';
import { wrap } from '../../core/format/wrap.ts';
import type { Problem } from '../../core/pricing/applicablePrice.ts';
import type { Bill, BillLine } from '../../core/pricing/bill.ts';
import { unitOf } from '../../core/pricing/components.ts';
import type { Unpriced } from '../../core/pricing/modelSum.ts';
import { type Cell, flexible, left, remark, right } from '../shared/columns.ts';
import { type Context, isAscii, print } from '../shared/context.ts';
import { lineWidth, printTable } from '../shared/output.ts';
import { Style } from '../shared/style.ts';
import { shareWords, timesAmount, timesBill, type Volume, volumeWords } from './volume.ts';

/** The bill of one model, or why there is none. */
export interface Billed {
  readonly model: string;
  readonly tokenizer: string | null;
  /** Null: now. */
  readonly at: string | null;
  readonly bill: Bill | null;
  readonly problem: Unpriced | null;
}

const PROBLEMS: Readonly<Record<Problem | Unpriced, string>> = {
  no_price: 'no price is listed',
  dynamic: 'decided per request',
  per_image_token: 'priced per image token: give --image-tokens',
  unknown_model: 'was never listed',
  not_listed: 'was not listed',
  not_observed: 'no list had been observed by then',
  no_time: 'no time',
  no_endpoint: 'its provider is not known to have served it then',
  several_endpoints: 'its provider served it at several prices',
  summed: 'requests summed up, with a price that depends on the size of each',
};

export function problemWords(problem: Problem | Unpriced): string {
  return PROBLEMS[problem];
}

/** Nobody here knows when such a price holds. */
export function skippedWords(condition: string): string {
  return `without the price under ${condition}`;
}

/** Prints a bill, a row a line of it. */
export async function printBill(
  model: string,
  one: Bill,
  volume: Volume,
  when: string,
  context: Context,
): Promise<void> {
  const { lines, total, subtotal, skipped, unbilled, discount, promptTokens } = timesBill(one, volume);
  const style = Style.of(context);
  const requests = volumeWords(volume);
  print(context, `${style.strong(escapeControls(model))}  ${requests === '' ? when : `${requests}, ${when}`}`);
  const rows: Cell[][] = lines.map((line) => [
    line.component,
    digits(line.quantity),
    line.unitPrice === null ? null : lineWords(line, line.unitPrice),
    whenWords(line),
    line.amount === null ? { text: problemWords(line.problem ?? 'no_price'), style: 'red' } : dollars(line.amount),
  ]);
  rows.push([
    'total',
    null,
    null,
    null,
    total === null ? { text: 'not known', style: 'red' } : { text: dollars(total), style: 'bold' },
  ]);
  await printTable(context, [left(''), right('quantity'), right('price'), remark(''), right('USD')], rows);
  const share = shareWords(one.total, volume);
  const notes = [
    ...(share === null ? [] : [share]),
    ...(total === null ? [`The lines with a price come to ${dollars(subtotal)}.`] : []),
    ...skipped.map((condition) => `Skipped, for nobody here knows when it holds: the price under ${condition}.`),
    ...unbilled.map((component) => `Not in it: this model also charges for each ${component}; add --${component}s 1.`),
    ...(discount === null
      ? []
      : [`Upstream lists a discount of ${priceWords('discount', discount)}; its prices are net of it.`]),
    ...(lines.some(({ condition }) => condition.includes('min_prompt_tokens'))
      ? [`The whole prompt${volume.times === 1n ? '' : ' of a request'} is ${digits(promptTokens)} tokens.`]
      : []),
  ];
  for (const text of notes) printWords(escapeControls(text), context, style.quiet);
}

function lineWords({ component, pricedAs }: BillLine, price: string): string {
  return priceWords(pricedAs, price, component === 'image_token' ? 'image token' : unitOf(pricedAs));
}

function whenWords({ condition, component, pricedAs }: BillLine): string {
  const as = component === pricedAs ? '' : `as ${pricedAs}`;
  return [as, conditionWords(condition)].filter((word) => word !== '').join(', ');
}

/**
 * Prints what a request costs with several models, in the order given.
 * @param what is compared
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
  printWords(requests === '' ? when : `${requests}, ${when}`, context);
  const amount = (total: string | null, times: bigint): Cell =>
    total === null ? { text: 'not known', style: 'red' } : dollars(timesAmount(total, times) ?? total);
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

/** What a total is without, and under which conditions it holds. */
function remarks(bill: Bill | null): string {
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
  printWords(escapeControls(words), context, Style.of(context).quiet);
}

/** A sentence, broken between words where the terminal is too narrow for it. */
function printWords(text: string, context: Context, paint = (line: string): string => line): void {
  for (const line of wrap(text, lineWidth(context), Number.POSITIVE_INFINITY, isAscii(context))) {
    print(context, paint(line));
  }
}

/** Above the cheapest, in percent. */
function moreThan(cheapest: string | null, total: string | null): string {
  if (cheapest === null || total === null || total === cheapest || new Big(cheapest).eq(0)) return '';
  return pctWords(Number(new Big(total).minus(cheapest).times(100).div(cheapest).toFixed(6)));
}
