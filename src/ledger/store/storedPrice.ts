import type { TimedPrice } from '../../core/pricing/timetable.ts';

/** A price and its interval as SQLite has them, which knows no booleans. */
export type StoredPrice = Omit<TimedPrice, 'dynamic'> & { readonly dynamic: number };

export function readStoredPrice(row: StoredPrice): TimedPrice {
  return { ...row, dynamic: row.dynamic === 1 };
}
