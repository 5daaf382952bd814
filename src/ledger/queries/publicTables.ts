import { getTableConfig, type SQLiteTable } from 'drizzle-orm/sqlite-core';
import { endpointEvents, endpointQuarantine, endpoints } from '../endpoints/schema/endpoints.ts';
import { endpointLimits, endpointPrices } from '../endpoints/schema/intervals.ts';
import { endpointSweeps, endpointTelemetry } from '../endpoints/schema/sweeps.ts';
import type { Ledger } from '../store/open.ts';
import { changeEvents, quarantine, schemaDrift } from '../store/schema/events.ts';
import { pricingHistory, providerLimits } from '../store/schema/intervals.ts';
import { models } from '../store/schema/models.ts';
import { syncRuns } from '../store/schema/runs.ts';

/**
 * What a value means, for programs that have types of their own. `instant`: ISO 8601 text in UTC; `price`: an exact
 * decimal as text; `json`: JSON text; `boolean`: 0 or 1; `date`: `2026-08-01`.
 */
export type ValueKind = 'integer' | 'real' | 'boolean' | 'text' | 'instant' | 'date' | 'price' | 'json';

export interface PublicColumn {
  readonly name: string;
  readonly kind: ValueKind;
  readonly isNullable: boolean;
  /** What the data file calls it, where that is another name. */
  readonly source?: string;
}

/** A table or a view that other programs may have a copy of. */
export interface PublicRelation {
  readonly name: string;
  readonly columns: readonly PublicColumn[];
  /** The columns by which its rows are put in order. */
  readonly order: readonly string[];
}

export interface PublicTable extends PublicRelation {
  /** The column that names a row. */
  readonly key: string;
}

export type Value = string | number | bigint | null;

/** The tables of the contract; the archive and the outbox are this program's own affair. */
const TABLES: readonly SQLiteTable[] = [
  ...[syncRuns, models, pricingHistory, providerLimits, changeEvents, quarantine, schemaDrift],
  ...[endpointSweeps, endpoints, endpointPrices, endpointLimits, endpointEvents, endpointQuarantine, endpointTelemetry],
];

/** Other engines make a number of a price by themselves. */
const NUMBER_OF_PRICE = pricingHistory.priceUsd.name;
/** Holds for the data file alone. */
const SEAL = syncRuns.seal.name;
const INSTANT = /_at$|^valid_(?:from|to|until)$/;
const JSON_COLUMNS = ['document', 'issues', 'input_modalities', 'output_modalities', 'supported_parameters'];
const BOOLEANS = ['dynamic', 'is_moderated'];

/** Every public table, in the order in which one refers to another. */
export function publicTables(): PublicTable[] {
  return TABLES.map((table) => {
    const { name, columns } = getTableConfig(table);
    const key = columns.find(({ primary }) => primary)?.name;
    if (key === undefined) throw new TypeError(`${name} has no primary key`);
    return {
      name,
      ...{ key, order: [key] },
      columns: columns
        .filter(({ name: column }) => column !== NUMBER_OF_PRICE && column !== SEAL)
        .map((column) => ({
          name: column.name,
          kind: kindOf(column.name, column.getSQLType()),
          isNullable: !column.notNull,
        })),
    };
  });
}

/** What a column of this name means, in a table as in a view. */
export function kindOf(name: string, sqlType: string): ValueKind {
  if (BOOLEANS.includes(name)) return 'boolean';
  if (INSTANT.test(name)) return 'instant';
  if (name === 'price_exact' || (name === 'price' && sqlType.toLowerCase() !== 'real')) return 'price';
  if (name === 'day') return 'date';
  if (JSON_COLUMNS.includes(name)) return 'json';
  const type = sqlType.toLowerCase();
  return type === 'integer' || type === 'real' ? type : 'text';
}

/**
 * The rows of a table or a view, each an array in the order of its columns; nothing is asked before the first is.
 * @param month of the days that are asked for, `2026-08`; all unless told
 */
export function* readRows(
  { sqlite }: Ledger,
  { name, columns, order }: PublicRelation,
  month?: string,
): Iterable<readonly Value[]> {
  const list = columns.map((column) => `"${column.source ?? column.name}"`).join(', ');
  const days = month === undefined ? [] : [`${month}-01`, `${month}-31`];
  const which = month === undefined ? '' : 'WHERE day >= ? AND day <= ?';
  yield* sqlite
    .prepare<string[], readonly Value[]>(`SELECT ${list} FROM "${name}" ${which} ORDER BY ${order.join(', ')}`)
    .raw()
    .iterate(...days);
}
