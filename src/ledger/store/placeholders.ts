import { sql } from 'drizzle-orm';
import type { SQLiteColumn, SQLiteTable } from 'drizzle-orm/sqlite-core';
import { getTableColumns } from 'drizzle-orm/utils';

/** A value to be given when the statement is run. */
export function value(name: string) {
  return sql`${sql.placeholder(name)}`;
}

type Columns<T extends SQLiteTable> = T['_']['columns'];

/** A placeholder of its own name for every column that is written but the ones left out. */
export function placeholders<T extends SQLiteTable, Left extends keyof Columns<T> & string = never>(
  table: T,
  ...left: readonly Left[]
): { [Name in Exclude<keyof Columns<T>, Left>]: ReturnType<typeof value> } {
  const columns: Record<string, SQLiteColumn> = getTableColumns(table);
  const names = Object.keys(columns).filter(
    (name) => !columns[name]?.generated && !left.some((other) => other === name),
  );
  return Object.fromEntries(names.map((name) => [name, value(name)])) as never;
}
