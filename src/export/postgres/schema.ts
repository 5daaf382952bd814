import pg from 'pg';
import type { PublicTable, ValueKind } from '../../ledger/queries/publicTables.ts';

/** Increased whenever the layout of the tables in PostgreSQL changes. */
export const POSTGRES_VERSION = 2;

const TYPES: Readonly<Record<ValueKind, string>> = {
  integer: 'bigint',
  real: 'double precision',
  boolean: 'boolean',
  text: 'text',
  instant: 'timestamptz',
  date: 'date',
  price: 'numeric',
  // Text, so that it stays exactly as upstream wrote it; `document::jsonb` parses it.
  json: 'text',
};

export const quote = (name: string): string => pg.escapeIdentifier(name);

/** A table's name with its schema, quoted. */
export function tableName(schema: string, table: string): string {
  return `${quote(schema)}.${quote(table)}`;
}

/** The statements that create one table and its indexes. */
export function createTable(schema: string, { name, key, columns }: PublicTable): string[] {
  const lines = columns.map((column) => {
    const nullable = column.isNullable ? '' : ' NOT NULL';
    return `${quote(column.name)} ${TYPES[column.kind]}${column.name === key ? ' PRIMARY KEY' : nullable}`;
  });
  const indexed = columns.filter(({ name: column }) => ['model_id', 'observed_at', 'valid_from'].includes(column));
  return [
    `CREATE TABLE ${tableName(schema, name)} (${lines.join(', ')})`,
    ...indexed.map((column) => `CREATE INDEX ON ${tableName(schema, name)} (${quote(column.name)})`),
  ];
}

/**
 * The statements that create the export's own tables: which ledger and run the data is from, and the digest of each block
 * of rows, by which changes are found.
 */
export function createBookkeeping(schema: string): string[] {
  return [
    `CREATE TABLE ${tableName(schema, 'export_state')} (
      only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row), version integer NOT NULL, ledger text NOT NULL,
      run_id bigint NOT NULL, observed_at timestamptz, exported_at timestamptz NOT NULL)`,
    `CREATE TABLE ${tableName(schema, 'export_blocks')} (
      table_name text NOT NULL, block bigint NOT NULL, digest text NOT NULL, PRIMARY KEY (table_name, block))`,
  ];
}

/** The statement that creates the view of the data file that logs are joined with. */
export function createPricePeriods(schema: string): string {
  return `CREATE VIEW ${tableName(schema, 'price_periods')} AS
    SELECT p.model_id, p.component, p.condition, p.price, p.dynamic, p.valid_from,
      coalesce(p.valid_to, 'infinity'::timestamptz) AS valid_until
    FROM ${tableName(schema, 'pricing_history')} AS p`;
}
