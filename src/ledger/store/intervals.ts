import { and, eq, getTableName, isNull, type SQL } from 'drizzle-orm';
import type { SQLiteColumn, SQLiteTable } from 'drizzle-orm/sqlite-core';
import type { DefaultPrice } from '../../core/diff/causes.ts';
import { defaultPriceAt } from '../../core/diff/defaultPrice.ts';
import { diffPrices } from '../../core/diff/diffPrices.ts';
import type { TimedPrice } from '../../core/pricing/timetable.ts';
import { type Amount, DYNAMIC } from '../../core/reading/price.ts';
import type { Prices } from '../../core/reading/pricing.ts';
import type { Ledger } from './open.ts';
import { bindInsert, bindUpdate, value } from './statements.ts';

type IntervalTable<Columns extends string = never> = SQLiteTable & Readonly<Record<Columns | 'validTo', SQLiteColumn>>;

/** The tables with the prices and limits of models, or of endpoints. */
export interface IntervalTables {
  readonly prices: IntervalTable<'component' | 'condition'>;
  readonly limits: IntervalTable;
  /** The columns that name the model or endpoint of a row. */
  readonly owner: { readonly key: string; readonly ofPrices: SQLiteColumn; readonly ofLimits: SQLiteColumn };
}

/** When something was observed, and by which run or sweep. */
interface Sighting {
  readonly at: string;
  readonly by: number;
}

/** The prices and limits of a model or endpoint. */
interface Terms {
  readonly prices: Prices;
  readonly limits: object;
}

/** Writes prices and limits with the time in which they held: half-open intervals that never overlap. */
export function prepareIntervals(ledger: Ledger, { prices, limits, owner }: IntervalTables) {
  const close = (table: IntervalTable, whose: SQLiteColumn, ...which: readonly SQL[]) => {
    const isOpen = and(eq(whose, value('id')), isNull(table.validTo), ...which);
    return bindUpdate(ledger, table, isOpen, 'validTo', 'closedBy');
  };
  const isThis = [eq(prices.component, value('component')), eq(prices.condition, value('condition'))];
  const addPrice = bindInsert(ledger, prices, 'id', 'validTo', 'closedBy');
  const addLimits = bindInsert(ledger, limits, 'id', 'validTo', 'closedBy');
  const closePrice = close(prices, owner.ofPrices, ...isThis);
  const closePrices = close(prices, owner.ofPrices);
  const closeLimits = close(limits, owner.ofLimits);
  return {
    /**
     * Ends the intervals of what has changed, and begins new ones.
     * @param before undefined: nothing held
     */
    change(id: string | number, { by, at }: Sighting, before: Terms | undefined, after: Terms): void {
      const closed = { id, validTo: at, closedBy: by };
      const opened = { [owner.key]: id, validFrom: at, openedBy: by };
      for (const { component, condition, ...price } of diffPrices(before?.prices ?? new Map(), after.prices)) {
        if (price.before !== null) closePrice.run({ ...closed, component, condition });
        if (price.after !== null) addPrice.run({ ...opened, component, condition, ...priceValues(price.after) });
      }
      if (before && JSON.stringify(before.limits) === JSON.stringify(after.limits)) return;
      if (before) closeLimits.run(closed);
      addLimits.run({ ...opened, ...after.limits });
    },
    /** Ends all open intervals. */
    end(id: string | number, { by, at }: Sighting): void {
      const closed = { id, validTo: at, closedBy: by };
      closePrices.run(closed);
      closeLimits.run(closed);
    },
  };
}

/** The columns of an amount; one that is decided per request has no price. */
function priceValues(amount: Amount): { readonly price: Amount | null; readonly dynamic: boolean } {
  return amount === DYNAMIC ? { price: null, dynamic: true } : { price: amount, dynamic: false };
}

/** A price and its interval as SQLite returns them, without booleans. */
export type StoredPrice = Omit<TimedPrice, 'dynamic'> & { readonly dynamic: number };

/** The columns to select for it. */
export const STORED_PRICE = 'component, condition, price, dynamic, valid_from AS validFrom, valid_to AS validTo';

export function readStoredPrice(row: StoredPrice): TimedPrice {
  return { ...row, dynamic: row.dynamic === 1 };
}

/**
 * Looks up what components cost outside of their schedules, as it was known at an instant. The intervals know that of
 * every instant, also while older lists are inserted.
 */
export function prepareDefaultPrices(
  { sqlite }: Ledger,
  { prices, owner }: IntervalTables,
): (owner: string | number, at: string) => DefaultPrice {
  const periods = sqlite.prepare<[string | number, string, string], StoredPrice>(
    `SELECT ${STORED_PRICE} FROM ${getTableName(prices)}
      WHERE ${owner.ofPrices.name} = ? AND component = ? AND valid_from <= ?`,
  );
  return (id, at) => (component) => defaultPriceAt(periods.all(id, component, at).map(readStoredPrice), at);
}
