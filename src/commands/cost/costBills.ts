import { compareAmounts } from '../../core/reading/price.ts';
import { END_OF_TIME } from '../../core/time/instant.ts';
import { minuteWords } from '../../core/time/when.ts';
import { observedBy } from '../../ledger/queries/coverage.ts';
import { endpointsAnsweredBy } from '../../ledger/queries/endpoints/endpointsAt.ts';
import { limitOf, noteCut, printRecords } from '../shared/output.ts';
import type { LedgerQuestion } from '../shared/reading.ts';
import { printComparison } from './costComparison.ts';
import { billModels, billProviders, type CostRequest } from './costModels.ts';
import type { CostOptions } from './costOptions.ts';
import { type Billed, printBill } from './costTables.ts';
import { timesAmount, timesBill, type Volume } from './volume.ts';

export const BILL_KEYS = [
  ...['model', 'at', 'total', 'subtotal', 'problem', 'promptTokens', 'lines', 'conditions', 'skipped', 'unbilled'],
  ...['discount', 'tokenizer', 'times', 'perRequest', 'perYear'],
] as const;
export const LINE_KEYS = [
  ...['model', 'at', 'component', 'pricedAs', 'quantity', 'unitPrice', 'condition', 'amount', 'problem'],
] as const;

/** Prints one bill in full, or compares several, the cheapest first. Returns whether any total is known. */
export async function costOfModels(question: LedgerQuestion, request: CostRequest, options: CostOptions) {
  const { ledger, context, zone } = question;
  const { at, volume } = request;
  const { bills, served } = options.providers
    ? billProviders(question, request)
    : { bills: await billModels(question, request), served: undefined };
  const isKnown = bills.some(({ bill }) => bill !== null && bill.total !== null);
  const sorted = bills.toSorted((a, b) => compareTotals(a.bill?.total ?? null, b.bill?.total ?? null));
  const shown = sorted.slice(0, limitOf(options));
  const [keys, records] = options.csv
    ? [LINE_KEYS, shown.flatMap((one) => lineRecords(one, volume))]
    : [BILL_KEYS, shown.map((one) => billRecord(one, volume))];
  if (await printRecords(context, options, keys, records)) return isKnown;
  const [only] = shown;
  const seen = served === undefined ? observedBy(ledger, at ?? END_OF_TIME) : endpointsAnsweredBy(ledger, served, at);
  const instant = at === null ? 'now' : minuteWords(at, zone);
  const when = seen === null ? instant : `${instant}, prices as observed ${minuteWords(seen, zone)}`;
  if (served !== undefined)
    await printComparison(shown, volume, `${served} at its providers, ${when}`, context, 'provider');
  else if (bills.length === 1 && only?.bill) await printBill(only.model, only.bill, volume, when, context);
  else await printComparison(shown, volume, when, context);
  noteCut(context, shown, sorted, served === undefined ? 'models' : 'endpoints');
  return isKnown;
}

/** Sorts the cheapest first, and unknown totals last. */
export function compareTotals(left: string | null, right: string | null): number {
  if (left === null || right === null) return Number(left === null) - Number(right === null);
  return compareAmounts(left, right);
}

type BillRecord = Partial<Record<(typeof BILL_KEYS)[number] | (typeof LINE_KEYS)[number], unknown>>;

function billRecord({ model, tokenizer, at, bill: one, problem }: Billed, volume: Volume): BillRecord {
  const bill = one && timesBill(one, volume);
  return {
    model,
    tokenizer,
    at,
    problem,
    ...bill,
    lines: bill?.lines.map((line) => ({ ...line, quantity: jsonNumber(line.quantity) })) ?? [],
    promptTokens: bill === null ? null : jsonNumber(bill.promptTokens),
    times: jsonNumber(volume.times),
    perRequest: one?.total ?? null,
    perYear: volume.isMonthly ? timesAmount(bill?.total ?? null, 12n) : null,
  };
}

function lineRecords({ model, at, bill, problem }: Billed, volume: Volume): BillRecord[] {
  if (bill === null) return [{ model, at, problem }];
  return timesBill(bill, volume).lines.map((line) => ({ model, at, ...line, quantity: jsonNumber(line.quantity) }));
}

/** A number if that is exact, or else a text with all digits. */
export function jsonNumber(quantity: bigint): number | string {
  return quantity <= Number.MAX_SAFE_INTEGER ? Number(quantity) : quantity.toString();
}
