import type { TimedPrice } from '../../core/pricing/timetable.ts';
import { type Amount, DYNAMIC } from '../../core/reading/price.ts';

/** A price and its interval as SQLite has them, which knows no booleans. */
export type StoredPrice = Omit<TimedPrice, 'dynamic'> & { readonly dynamic: number };

export function readStoredPrice(row: StoredPrice): TimedPrice {
  return { ...row, dynamic: row.dynamic === 1 };
}

/** What SQL selects of such a row. */
export const STORED_PRICE = 'component, condition, price, dynamic, valid_from AS validFrom, valid_to AS validTo';

/** The columns of an amount: no price where it is decided per request. */
export function priceValues(amount: Amount): { readonly price: Amount | null; readonly dynamic: boolean } {
  return amount === DYNAMIC ? { price: null, dynamic: true } : { price: amount, dynamic: false };
}
