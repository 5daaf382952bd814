import { type SQL, sql } from 'drizzle-orm';
import { type AnySQLiteColumn, integer, text } from 'drizzle-orm/sqlite-core';

/**
 * What the tables of the data file share. All are STRICT; instants are TEXT like `2026-06-07T18:23:50.000Z`, in UTC, so that
 * they sort and compare as text. The views are in the migrations.
 */

export const oneOf = (column: AnySQLiteColumn, words: readonly string[]): SQL =>
  sql`${column} IN (${sql.raw(words.map((word) => `'${word}'`).join(', '))})`;

export const isInstant = (column: AnySQLiteColumn): SQL => sql`${column} LIKE '____-__-__T__:__:__.___Z'`;

/** From when to when a row holds, half open, and what began and ended it. */
export const interval = (by: () => AnySQLiteColumn) => ({
  validFrom: text('valid_from').notNull(),
  /** Null: in force. */
  validTo: text('valid_to'),
  openedBy: integer('opened_by').notNull().references(by),
  closedBy: integer('closed_by').references(by),
});

export const isInterval = (t: Record<'validFrom' | 'validTo' | 'closedBy', AnySQLiteColumn>): SQL =>
  sql`${isInstant(t.validFrom)} AND (${t.validTo} IS NULL OR (${isInstant(t.validTo)} AND ${t.validFrom} < ${t.validTo})) AND (${t.validTo} IS NULL) = (${t.closedBy} IS NULL)`;

/** An exact decimal as text, or null where the price is decided per request. */
export const isPrice = (price: AnySQLiteColumn): SQL =>
  sql`${price} IS NULL OR (${price} GLOB '[0-9]*' AND ${price} NOT GLOB '*[^0-9.]*')`;

/** A field that changed has a value before or after; what came or went has neither field nor values. */
export const isChange = (t: Record<'field' | 'oldValue' | 'newValue', AnySQLiteColumn>): SQL =>
  sql`(${t.field} IS NULL AND ${t.oldValue} IS NULL AND ${t.newValue} IS NULL) OR (${t.field} IS NOT NULL AND (${t.oldValue} IS NOT NULL OR ${t.newValue} IS NOT NULL))`;
