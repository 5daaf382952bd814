import Big from 'big.js';
import { compareText } from '../collections.ts';
import { comparePrices } from '../reading/price.ts';
import { rangeOf, sumCounts, type TokenCount } from './tokenCount.ts';

/** What some texts cost with one model. */
export interface TextBill {
  readonly model: string;
  readonly tokenizer: string | null;
  readonly count: TokenCount;
  /** Exact USD for the fewest and for the most tokens; null where it is not known. */
  readonly low: string | null;
  readonly high: string | null;
  readonly problem: string | null;
}

/** Bills one request with so many prompt tokens: exact USD, or null and perhaps why. */
export type BillRequest = (promptTokens: bigint) => { readonly total: string | null; readonly problem?: string };

/**
 * Bills several counts of a model, each as a request of its own, since a tier's threshold is about one request.
 * @param times how often each of them is sent
 */
export function billCounts(
  counts: readonly TokenCount[],
  times: bigint,
  billRequest: BillRequest,
): Pick<TextBill, 'count' | 'low' | 'high' | 'problem'> {
  const count = sumCounts(counts);
  let [least, most] = [new Big(0), new Big(0)];
  for (const one of counts) {
    const range = rangeOf(one);
    if (range === undefined) return { count, low: null, high: null, problem: null };
    const [few, many] = [billRequest(BigInt(range.low)), billRequest(BigInt(range.high))];
    if (few.total === null || many.total === null)
      return { count, low: null, high: null, problem: few.problem ?? many.problem ?? 'a price is not known' };
    // A tier with a lower price can make more tokens cheaper.
    const [first, second] = [new Big(few.total), new Big(many.total)];
    least = least.plus(first.lt(second) ? first : second);
    most = most.plus(first.lt(second) ? second : first);
  }
  const finish = (total: Big): string => total.times(times.toString()).toFixed();
  return { count, low: finish(least), high: finish(most), problem: null };
}

/** The cheapest first, by their least cost; those without a number last. */
export function sortTextBills(bills: readonly TextBill[]): TextBill[] {
  return [...bills].sort(
    (a, b) => comparePrices(a.low, b.low) || comparePrices(a.high, b.high) || compareText(a.model, b.model),
  );
}

/**
 * The bills whose range overlaps that of one before them, so that they may be the cheaper ones.
 * @param bills sorted by {@link sortTextBills}
 */
export function overlapping(bills: readonly TextBill[]): ReadonlySet<TextBill> {
  const found = new Set<TextBill>();
  let most = new Big(0);
  for (const bill of bills) {
    if (bill.low === null || bill.high === null) continue;
    if (most.gt(bill.low)) found.add(bill);
    if (most.lt(bill.high)) most = new Big(bill.high);
  }
  return found;
}

/** The keys of {@link textRecord}. */
export const TEXT_KEYS = [
  'model',
  'tokenizer',
  'method',
  'basis',
  'promptTokensLow',
  'promptTokensHigh',
  'totalLow',
  'totalHigh',
  'requests',
  'problem',
  'at',
] as const;

/** A bill as a row of CSV or JSON. */
export function textRecord(
  { model, tokenizer, count, low, high, problem }: TextBill,
  requests: number,
  at: string | null,
): Readonly<Record<(typeof TEXT_KEYS)[number], string | number | null>> {
  const tokens = rangeOf(count);
  return {
    model,
    tokenizer,
    method: count.method,
    basis: count.basis,
    promptTokensLow: tokens?.low ?? null,
    promptTokensHigh: tokens?.high ?? null,
    totalLow: low,
    totalHigh: high,
    requests,
    problem,
    at,
  };
}
