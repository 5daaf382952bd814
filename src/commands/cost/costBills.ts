import { compareAmounts } from '../../core/reading/price.ts';
import { END_OF_TIME } from '../../core/time/instant.ts';
import { minuteWords, type Zone } from '../../core/time/when.ts';
import { observedBy } from '../../ledger/queries/coverage.ts';
import { endpointsAnsweredBy } from '../../ledger/queries/endpoints/endpointsAt.ts';
import type { Ledger } from '../../ledger/store/open.ts';
import { type Context, note } from '../shared/context.ts';
import { limitOf, type OutputFormat, printRecords } from '../shared/output.ts';
import { type Billed, printBill, printComparison } from './costTables.ts';
import { timesAmount, timesBill, type Volume } from './volume.ts';

export const BILL_KEYS = [
  ...['model', 'at', 'total', 'subtotal', 'problem', 'promptTokens', 'lines', 'conditions', 'skipped', 'unbilled'],
  ...['discount', 'tokenizer', 'times', 'perRequest', 'perYear'],
] as const;
export const LINE_KEYS = [
  ...['model', 'at', 'component', 'pricedAs', 'quantity', 'unitPrice', 'condition', 'amount', 'problem'],
] as const;

interface BillSetting {
  readonly ledger: Ledger;
  readonly at: string | null;
  readonly options: OutputFormat;
  readonly context: Context;
  readonly zone: Zone;
  readonly volume: Volume;
  /** The model whose providers are compared; undefined: models are. */
  readonly served?: string | undefined;
}

/** Prints one bill line by line, or several as a comparison, the cheapest first. */
export async function printBills(bills: readonly Billed[], setting: BillSetting): Promise<void> {
  const { options, context, ledger, at, zone, volume, served } = setting;
  const sorted = sortBills(bills);
  const shown = sorted.slice(0, limitOf(options));
  if (options.csv) {
    const all = shown.map((one) => ({ ...one, bill: one.bill && timesBill(one.bill, volume) }));
    await printRecords(context, options, LINE_KEYS, all.flatMap(lineRecords));
    return;
  }
  const records = shown.map((one) => billRecord(one, volume));
  if (await printRecords(context, options, BILL_KEYS, records)) return;
  const [only] = shown;
  const seen = served === undefined ? observedBy(ledger, at ?? END_OF_TIME) : endpointsAnsweredBy(ledger, served, at);
  const when = `${at === null ? 'now' : minuteWords(at, zone)}${seen === null ? '' : `, prices as observed ${minuteWords(seen, zone)}`}`;
  if (served !== undefined)
    await printComparison(shown, volume, `${served} at its providers, ${when}`, context, 'provider');
  else if (bills.length === 1 && only?.bill) await printBill(only.model, only.bill, volume, when, context);
  else await printComparison(shown, volume, when, context);
  if (shown.length < sorted.length)
    note(
      context,
      `${shown.length} of ${sorted.length} ${served === undefined ? 'models' : 'endpoints'}; --limit N shows more.`,
    );
}

function sortBills(bills: readonly Billed[]): Billed[] {
  const total = ({ bill }: Billed): string | null => bill?.total ?? null;
  return [...bills].sort((a, b) => compareTotals(total(a), total(b)));
}

/** The cheapest first; what is not known last. */
export function compareTotals(left: string | null, right: string | null): number {
  if (left === null || right === null) return Number(left === null) - Number(right === null);
  return compareAmounts(left, right);
}

function billRecord(
  { model, tokenizer, at, bill: one, problem }: Billed,
  volume: Volume,
): Partial<Record<(typeof BILL_KEYS)[number], unknown>> {
  const bill = one && timesBill(one, volume);
  return {
    ...{ model, tokenizer, at, problem, ...bill },
    lines: bill?.lines.map((line) => ({ ...line, quantity: count(line.quantity) })) ?? [],
    promptTokens: bill === null ? null : count(bill.promptTokens),
    times: count(volume.times),
    perRequest: one?.total ?? null,
    perYear: volume.isMonthly ? timesAmount(bill?.total ?? null, 12n) : null,
  };
}

function lineRecords({ model, at, bill, problem }: Billed): Partial<Record<(typeof LINE_KEYS)[number], unknown>>[] {
  if (bill === null) return [{ model, at, problem }];
  return bill.lines.map((line) => ({ model, at, ...line, quantity: count(line.quantity) }));
}

/** A JSON number where it is exact. */
export function count(quantity: bigint): number | string {
  return quantity <= Number.MAX_SAFE_INTEGER ? Number(quantity) : quantity.toString();
}
