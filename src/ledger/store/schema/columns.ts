import { type SQL, sql } from 'drizzle-orm';
import { type AnySQLiteColumn, check, integer, real, text } from 'drizzle-orm/sqlite-core';
import { CHANGE_TYPES, LIFECYCLE_TYPES } from '../../../core/diff/changes.ts';

/**
 * What tables have in common. All tables are STRICT. Instants are TEXT such as `2026-06-07T18:23:50.000Z`, in UTC, so
 * that they sort as text. Views are in the migrations only.
 */

export const oneOf = (column: AnySQLiteColumn, words: readonly string[]): SQL =>
  sql`${column} IN (${sql.raw(words.map((word) => `'${word}'`).join(', '))})`;

export const isInstant = (column: AnySQLiteColumn): SQL => sql`${column} LIKE '____-__-__T__:__:__.___Z'`;

/** A reference to the row that this one comes from or is about. */
export const refersTo = (name: string, row: () => AnySQLiteColumn) => integer(name).notNull().references(row);

/** The half-open interval in which a row holds, and what began and ended it. */
export const interval = (by: () => AnySQLiteColumn) => ({
  validFrom: text('valid_from').notNull(),
  /** Null: in force. */
  validTo: text('valid_to'),
  openedBy: refersTo('opened_by', by),
  closedBy: integer('closed_by').references(by),
});

export const isInterval = (t: Record<'validFrom' | 'validTo' | 'closedBy', AnySQLiteColumn>): SQL =>
  sql`${isInstant(t.validFrom)} AND (${t.validTo} IS NULL OR (${isInstant(t.validTo)} AND ${t.validFrom} < ${t.validTo})) AND (${t.validTo} IS NULL) = (${t.closedBy} IS NULL)`;

/** An exact decimal as text, or null where the price is decided per request. */
const isPrice = (price: AnySQLiteColumn): SQL =>
  sql`${price} IS NULL OR (${price} GLOB '[0-9]*' AND ${price} NOT GLOB '*[^0-9.]*')`;

/** A changed field has a value before or after; a model that came or went has neither a field nor values. */
type Changed = 'field' | 'oldValue' | 'newValue';
const isChange = (t: Record<Changed, AnySQLiteColumn>): SQL =>
  sql`(${t.field} IS NULL AND ${t.oldValue} IS NULL AND ${t.newValue} IS NULL) OR (${t.field} IS NOT NULL AND (${t.oldValue} IS NOT NULL OR ${t.newValue} IS NOT NULL))`;

/** What changed, and when that was observed. */
export const changeColumns = <const Causes extends readonly [string, ...string[]]>(causes: Causes) => ({
  type: text({ enum: CHANGE_TYPES }).notNull(),
  field: text(),
  oldValue: text('old_value'),
  newValue: text('new_value'),
  cause: text({ enum: causes }),
  /** Percent; prices only. */
  changePct: real('change_pct'),
  /** It happened in the interval (previous_observed_at, observed_at]. */
  observedAt: text('observed_at').notNull(),
  /** Null for the first run or answer, and for models that are new in the run that widened the scope. */
  previousObservedAt: text('previous_observed_at'),
});

export const changeChecks = (
  table: string,
  t: Record<'type' | 'cause' | 'observedAt' | 'previousObservedAt' | Changed, AnySQLiteColumn>,
  causes: readonly string[],
) => [
  check(`${table}_type`, oneOf(t.type, CHANGE_TYPES)),
  check(`${table}_cause`, sql`${t.cause} IS NULL OR ${oneOf(t.cause, causes)}`),
  check(`${table}_field`, sql`(${t.field} IS NULL) = (${oneOf(t.type, LIFECYCLE_TYPES)})`),
  check(`${table}_values`, isChange(t)),
  check(`${table}_observed_at`, isInstant(t.observedAt)),
  check(`${table}_order`, sql`${t.previousObservedAt} IS NULL OR ${t.previousObservedAt} < ${t.observedAt}`),
];

/** What something costs. */
export const priceColumns = () => ({
  /** Upstream's key: `prompt`, `completion`, `input_cache_read`, … */
  component: text().notNull(),
  /** `''`: the base price; else the sorted conditions of its `overrides` entry. */
  condition: text().notNull(),
  /** Exact decimal USD per unit, which SQL compares as text; null when dynamic. */
  price: text(),
  /** The same as a number, to compare, sort and calculate with; rounded to what a double can hold. */
  priceUsd: real('price_usd').generatedAlwaysAs(sql`(CAST(price AS REAL))`, { mode: 'virtual' }),
  /** Decided per request. */
  dynamic: integer({ mode: 'boolean' }).notNull(),
});

export const priceChecks = (
  table: string,
  t: Record<'price' | 'dynamic' | 'validFrom' | 'validTo' | 'closedBy', AnySQLiteColumn>,
) => [
  check(`${table}_interval`, isInterval(t)),
  check(`${table}_dynamic`, sql`${t.dynamic} IN (0, 1) AND (${t.price} IS NULL) = (${t.dynamic} = 1)`),
  check(`${table}_price`, isPrice(t.price)),
];

export const counter = (name: string) => integer(name).notNull().default(0);

export type ChangeCounts = Record<keyof ReturnType<typeof changeCounts>, number>;

/** How many changes of each type there were. */
export const changeCounts = () => ({
  added: counter('added'),
  removed: counter('removed'),
  restored: counter('restored'),
  repriced: counter('repriced'),
  limitsChanged: counter('limits_changed'),
  updated: counter('updated'),
});
