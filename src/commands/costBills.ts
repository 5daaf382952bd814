import Big from 'big.js';
import type { Bill, BillLine } from '../core/cost.ts';
import type { Absence } from '../core/logBill.ts';
import { compareAmounts } from '../core/price.ts';
import type { Problem } from '../core/quote.ts';
import { inert } from '../core/text.ts';
import { digits } from '../core/units.ts';
import { minuteWords, type Zone } from '../core/when.ts';
import { conditionWords, dollars, pctWords, priceWords } from '../core/words.ts';
import type { Ledger } from '../ledger/open.ts';
import { observedBy } from '../ledger/queries/coverage.ts';
import { type Context, note, print } from './command.ts';
import { type DataRecord, type Form, limitOf, printRecords, printTable } from './output.ts';
import { Stylist } from './stylist.ts';
import type { Cell } from './table.ts';

/** The bill of one model, or why there is none. */
export interface Billed {
  readonly model: string;
  readonly tokenizer: string | null;
  /** Null: now. */
  readonly at: string | null;
  readonly bill: Bill | null;
  readonly problem: Absence | null;
}

export const BILL_KEYS = [
  ...['model', 'at', 'total', 'subtotal', 'problem', 'promptTokens', 'lines', 'conditions', 'unbilled', 'discount'],
  'tokenizer',
];
export const LINE_KEYS = [
  'model',
  'at',
  'component',
  'pricedAs',
  'quantity',
  'unitPrice',
  'condition',
  'amount',
  'problem',
];

const PROBLEMS: Readonly<Record<Problem | Absence, string>> = {
  no_price: 'no price is listed',
  dynamic: 'decided per request',
  unknown_condition: 'under a condition that is not known here',
  unknown_model: 'was never listed',
  not_listed: 'was not listed',
};

export function problemWords(problem: Problem | Absence): string {
  return PROBLEMS[problem];
}

interface Setting {
  readonly ledger: Ledger;
  readonly at: string | null;
  readonly options: Form & { readonly limit?: number };
  readonly context: Context;
  readonly zone: Zone;
}

/** Prints one bill line by line, or several as a comparison, the cheapest first. */
export async function printBills(bills: readonly Billed[], setting: Setting): Promise<void> {
  const { options, context, ledger, at, zone } = setting;
  const sorted = sortBills(bills);
  const limit = limitOf(options);
  const shown = limit < 0 ? sorted : sorted.slice(0, limit);
  if (options.csv) {
    printRecords(context, options, LINE_KEYS, shown.flatMap(lineRecords));
    return;
  }
  if (printRecords(context, options, BILL_KEYS, shown.map(billRecord))) return;
  const [only] = shown;
  const seen = observedBy(ledger, at ?? '9999');
  const when = `${at === null ? 'now' : minuteWords(at, zone)}${seen === null ? '' : `, prices as observed ${minuteWords(seen, zone)}`}`;
  if (bills.length === 1 && only?.bill) await printBill(only.model, only.bill, when, context);
  else await printComparison(shown, when, context);
  if (shown.length < sorted.length) note(context, `${shown.length} of ${sorted.length} models; --limit N shows more.`);
}

function sortBills(bills: readonly Billed[]): Billed[] {
  const total = ({ bill }: Billed): string | null => bill?.total ?? null;
  return [...bills].sort((a, b) => {
    const [left, right] = [total(a), total(b)];
    if (left === null || right === null) return Number(left === null) - Number(right === null);
    return compareAmounts(left, right);
  });
}

async function printBill(
  model: string,
  { lines, total, subtotal, unbilled, discount, promptTokens }: Bill,
  when: string,
  context: Context,
): Promise<void> {
  const style = Stylist.of(context);
  print(context, `${style.strong(inert(model))}  ${when}`);
  const rows: Cell[][] = lines.map((line) => [
    line.component,
    digits(line.quantity),
    line.unitPrice === null ? null : priceWords(line.pricedAs, line.unitPrice),
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
  await printTable(
    context,
    [
      { title: '' },
      { title: 'quantity', align: 'right' },
      { title: 'price', align: 'right' },
      { title: '', flexible: true },
      { title: 'USD', align: 'right' },
    ],
    rows,
  );
  const notes = [
    ...(total === null ? [`The lines with a price come to ${dollars(subtotal)}.`] : []),
    ...unbilled.map((component) => `Not in it: this model also charges for each ${component}; add --${component}s 1.`),
    ...(discount === null
      ? []
      : [`Upstream lists a discount of ${priceWords('discount', discount)}; its prices are net of it.`]),
    ...(lines.some(({ condition }) => condition.includes('min_prompt_tokens'))
      ? [`The whole prompt is ${digits(promptTokens)} tokens.`]
      : []),
  ];
  for (const text of notes) print(context, style.quiet(inert(text)));
}

function whenWords({ condition, component, pricedAs }: BillLine): string {
  const as = component === pricedAs ? '' : `as ${pricedAs}`;
  return [as, conditionWords(condition)].filter((word) => word !== '').join(', ');
}

async function printComparison(bills: readonly Billed[], when: string, context: Context): Promise<void> {
  const style = Stylist.of(context);
  const cheapest = bills.find(({ bill }) => bill?.total != null)?.bill?.total ?? null;
  print(context, when);
  const rows = bills.map(({ model, bill, problem }): Cell[] => {
    const total = bill?.total ?? null;
    const gaps = bill?.lines.filter((line) => line.problem !== null) ?? [];
    const words = [
      ...(problem === null ? [] : [problemWords(problem)]),
      ...gaps.map((line) => `${line.component}: ${problemWords(line.problem ?? 'no_price')}`),
      ...(bill?.conditions.map(conditionWords) ?? []),
      ...(bill?.unbilled.map((component) => `without its price for each ${component}`) ?? []),
    ];
    return [
      model,
      total === null ? { text: 'not known', style: 'red' } : dollars(total),
      moreThan(cheapest, total),
      words.join('; '),
    ];
  });
  await printTable(
    context,
    [
      { title: 'model', flexible: true },
      { title: 'USD', align: 'right' },
      { title: 'more', align: 'right' },
      { title: '', flexible: true },
    ],
    rows,
  );
  const tokenizers = new Set(bills.map(({ tokenizer }) => tokenizer));
  if (tokenizers.size < 2) return;
  const names = [...tokenizers].map((tokenizer) => tokenizer ?? 'unknown').join(', ');
  print(
    context,
    style.quiet(
      inert(
        `These models cut text into tokens differently (${names}): the same text is not the same number of tokens.`,
      ),
    ),
  );
}

/** Above the cheapest, in percent. */
function moreThan(cheapest: string | null, total: string | null): string {
  if (cheapest === null || total === null || total === cheapest || new Big(cheapest).eq(0)) return '';
  return pctWords(Number(new Big(total).minus(cheapest).times(100).div(cheapest).toFixed(6)));
}

function billRecord({ model, tokenizer, at, bill, problem }: Billed): DataRecord {
  const lines = bill?.lines.map((line) => ({ ...line, quantity: count(line.quantity) })) ?? [];
  return {
    model,
    tokenizer,
    at,
    problem,
    ...bill,
    lines,
    promptTokens: bill === null ? null : count(bill.promptTokens),
  };
}

function lineRecords({ model, at, bill, problem }: Billed): DataRecord[] {
  if (bill === null) return [{ model, at, problem }];
  return bill.lines.map((line) => ({ model, at, ...line, quantity: count(line.quantity) }));
}

/** A JSON number where it is exact. */
export function count(quantity: bigint): number | string {
  return quantity <= Number.MAX_SAFE_INTEGER ? Number(quantity) : quantity.toString();
}
