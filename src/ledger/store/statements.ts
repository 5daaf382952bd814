import { is, Placeholder, type SQL, sql } from 'drizzle-orm';
import type { SQLiteColumn, SQLiteTable } from 'drizzle-orm/sqlite-core';
import { getTableColumns } from 'drizzle-orm/utils';
import type { Ledger } from './open.ts';

type Values = Readonly<Record<string, unknown>>;
type Query = { readonly toSQL: () => { readonly sql: string; readonly params: readonly unknown[] } };

export interface Bound {
  /**
   * Returns the id of the row inserted last.
   * @throws TypeError when a value is missing
   */
  readonly run: (values: Values) => number;
}

/** Prepares a query as SQLite's own statement, which is faster for thousands of rows than the query builder's. */
export function bind({ sqlite }: Ledger, query: Query): Bound {
  const { sql: text, params } = query.toSQL();
  const statement = sqlite.prepare(text);
  const pickers = params.map((param) => (is(param, Placeholder) ? picker(param.name) : () => param));
  return { run: (values) => Number(statement.run(pickers.map((pick) => pick(values))).lastInsertRowid) };
}

/** Inserts rows; every column but those left out needs a value. */
export function bindInsert<T extends SQLiteTable>(ledger: Ledger, table: T, ...left: readonly ColumnOf<T>[]): Bound {
  return bind(ledger, ledger.orm.insert<SQLiteTable>(table).values(placeholders(table, ...left)));
}

/** Updates these columns. */
export function bindUpdate<T extends SQLiteTable>(
  ledger: Ledger,
  table: T,
  which: SQL | undefined,
  ...columns: readonly ColumnOf<T>[]
): Bound {
  return bind(ledger, ledger.orm.update<SQLiteTable>(table).set(values(columns)).where(which));
}

/** A value to be given when the statement is run. */
export function value(name: string) {
  return sql`${sql.placeholder(name)}`;
}

export type ColumnOf<T extends SQLiteTable> = keyof T['_']['columns'] & string;

/** A placeholder for each written column, but those left out, by the column's name. */
export function placeholders<T extends SQLiteTable, Left extends ColumnOf<T> = never>(
  table: T,
  ...left: readonly Left[]
): { [Name in Exclude<ColumnOf<T>, Left>]: ReturnType<typeof value> } {
  return values(Object.keys(writtenColumns(table, ...left))) as never;
}

/** The columns of a table by their names, but those left out and those that SQLite generates. */
export function writtenColumns<T extends SQLiteTable, Left extends ColumnOf<T> = never>(
  table: T,
  ...left: readonly Left[]
): Omit<T['_']['columns'], Left> {
  const columns = Object.entries<SQLiteColumn>(getTableColumns(table));
  const isWritten = ([name, { generated }]: [string, SQLiteColumn]) => !generated && !left.some((it) => it === name);
  return Object.fromEntries(columns.filter(isWritten)) as never;
}

function values(names: readonly string[]): Record<string, ReturnType<typeof value>> {
  return Object.fromEntries(names.map((name) => [name, value(name)]));
}

function picker(name: string): (values: Values) => unknown {
  return (values) => {
    const value = values[name];
    if (value === undefined) throw new TypeError(`no value for ${name}`);
    // SQLite has no booleans.
    return typeof value === 'boolean' ? Number(value) : value;
  };
}
