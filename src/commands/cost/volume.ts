import Big from 'big.js';
import { UsageError } from '../../core/errors.ts';
import { dollars } from '../../core/format/priceWords.ts';
import { quantity } from '../../core/format/units.ts';
import type { RequestBill } from '../../core/pricing/bill.ts';

/** How many equal requests are billed. */
export interface Volume {
  readonly times: bigint;
  /** Whether this is their number in a month. */
  readonly isMonthly: boolean;
}

export interface VolumeOptions {
  readonly times?: bigint;
  readonly monthly?: bigint;
}

/** @throws UsageError when both options are given */
export function volumeOf({ times, monthly }: VolumeOptions): Volume {
  if (times !== undefined && monthly !== undefined) {
    throw new UsageError('two_volumes', '--times and --monthly both say how many requests.', { hint: 'Give one.' });
  }
  return { times: times ?? monthly ?? 1n, isMonthly: monthly !== undefined };
}

/** Multiplies the bill of one request. Each request is priced by itself, because tiers depend on its own size. */
export function timesBill(bill: RequestBill, { times }: Volume): RequestBill {
  return {
    ...bill,
    lines: bill.lines.map((line) => ({
      ...line,
      quantity: line.quantity * times,
      amount: timesAmount(line.amount, times),
    })),
    total: timesAmount(bill.total, times),
    subtotal: new Big(bill.subtotal).times(times.toString()).toFixed(),
  };
}

export function timesAmount(amount: string | null, times: bigint): string | null {
  return amount === null ? null : new Big(amount).times(times.toString()).toFixed();
}

/** `1,000 requests`, `30,000 requests a month`; empty for a single request. */
export function volumeWords({ times, isMonthly }: Volume): string {
  if (times === 1n && !isMonthly) return '';
  return `${quantity(times, 'request')}${isMonthly ? ' a month' : ''}`;
}

/** The price of one request and, if the volume is monthly, of a year; null for a single request or without a total. */
export function shareWords(one: string | null, { times, isMonthly }: Volume): string | null {
  if (one === null || (times === 1n && !isMonthly)) return null;
  const year = isMonthly ? `, a year of them ${dollars(timesAmount(one, times * 12n) ?? '0')}` : '';
  return `One request is ${dollars(one)}${year}.`;
}
