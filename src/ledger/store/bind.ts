import { is, Placeholder } from 'drizzle-orm';
import type { Ledger } from './open.ts';

type Values = Readonly<Record<string, unknown>>;
type Query = { readonly toSQL: () => { readonly sql: string; readonly params: readonly unknown[] } };

export interface Bound {
  /** Returns the id of the row inserted last. */
  readonly run: (values: Values) => number;
}

/**
 * SQLite's own statement for a query: what is written by the thousand is not mapped value by value on its way.
 * @throws TypeError when a value is missing
 */
export function bind(sqlite: Ledger['sqlite'], query: Query): Bound {
  const { sql, params } = query.toSQL();
  const statement = sqlite.prepare(sql);
  const pickers = params.map((param) => (is(param, Placeholder) ? picker(param.name) : () => param));
  return { run: (values) => Number(statement.run(pickers.map((pick) => pick(values))).lastInsertRowid) };
}

function picker(name: string): (values: Values) => unknown {
  return (values) => {
    const value = values[name];
    if (value === undefined) throw new TypeError(`no value for ${name}`);
    // SQLite has no booleans.
    return typeof value === 'boolean' ? Number(value) : value;
  };
}
