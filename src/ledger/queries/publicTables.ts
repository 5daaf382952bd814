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
  /** Its name in the data file, where that is different. */
  readonly source?: string;
}

/** A table or view that can be exported. */
export interface PublicRelation {
  readonly name: string;
  readonly columns: readonly PublicColumn[];
  /** The columns by which its rows are sorted. */
  readonly order: readonly string[];
}

export interface PublicTable extends PublicRelation {
  /** The primary key. */
  readonly key: string;
}

export type Value = string | number | bigint | null;

/** All tables but the archive and the outbox, which are internal. */
const TABLES: readonly SQLiteTable[] = [
  ...[syncRuns, models, pricingHistory, providerLimits, changeEvents, quarantine, schemaDrift],
  ...[endpointSweeps, endpoints, endpointPrices, endpointLimits, endpointEvents, endpointQuarantine, endpointTelemetry],
];

/** Left out: other engines convert prices to numbers themselves. */
const NUMBER_OF_PRICE = pricingHistory.priceUsd.name;
/** Left out: it is about the data file itself. */
const SEAL = syncRuns.seal.name;
const INSTANT = /_at$|^valid_(?:from|to|until)$/;
const JSON_COLUMNS = ['document', 'issues', 'input_modalities', 'output_modalities', 'supported_parameters'];
const BOOLEANS = ['dynamic', 'is_moderated'];

/** Every public table, each after those that it refers to. */
export function publicTables(): PublicTable[] {
  return TABLES.map((table) => {
    const { name, columns } = getTableConfig(table);
    const key = columns.find(({ primary }) => primary)?.name;
    if (key === undefined) throw new TypeError(`${name} has no primary key`);
    return {
      name,
      key,
      order: [key],
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

/** The kind of a column of a table or view. */
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
 * The rows of a table or view as arrays in the order of its columns, read lazily.
 * @param month only days of this one, `2026-08`; by default all
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
