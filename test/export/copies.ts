import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import Database from 'better-sqlite3';
import { type PublicColumn, publicTables } from '../../src/ledger/queries/publicTables.ts';
import type { PostgresServer } from './postgresServer.ts';

/** A value as text; a double by its value, whatever way it is written. */
function cell(column: PublicColumn | undefined, value: unknown): string {
  if (value === null || value === undefined) return '<null>';
  return column?.kind === 'real' ? String(Number(value)) : String(value);
}

/** Every public table as text, by its key, as the ledger has it. */
export function local(db: string): Record<string, string[][]> {
  const sqlite = new Database(db, { readonly: true });
  try {
    return Object.fromEntries(
      publicTables().map(({ name, key, columns }) => {
        const list = columns.map((column) => `"${column.name}"`).join(', ');
        const rows = sqlite.prepare<[], unknown[]>(`SELECT ${list} FROM "${name}" ORDER BY "${key}"`).raw().all();
        return [name, rows.map((row) => row.map((value, index) => cell(columns[index], value)))];
      }),
    );
  } finally {
    sqlite.close();
  }
}

/** The same as a server has it. */
export async function remote(server: PostgresServer, schema = 'model_ledger'): Promise<Record<string, string[][]>> {
  const tables = publicTables().map(async ({ name, key, columns }) => {
    const list = columns.map(({ name: column, kind }) => {
      const quoted = `"${column}"`;
      if (kind === 'instant')
        return `to_char(${quoted} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS ${quoted}`;
      if (kind === 'boolean') return `${quoted}::int::text AS ${quoted}`;
      return `${quoted}::text AS ${quoted}`;
    });
    const collate = columns.some((column) => column.name === key && column.kind === 'text') ? ' COLLATE "C"' : '';
    const rows = await server.query(
      `SELECT ${list.join(', ')} FROM ${schema}."${name}" AS t ORDER BY t."${key}"${collate}`,
    );
    return [name, rows.map((row) => columns.map((column) => cell(column, row[column.name])))] as const;
  });
  return Object.fromEntries(await Promise.all(tables));
}

/** The same as Parquet files below a folder have it. */
export async function inParquet(folder: string): Promise<Record<string, string[][]>> {
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  const tables: Record<string, string[][]> = {};
  for (const { name, key, columns } of publicTables()) {
    const list = columns.map(({ name: column, kind }) => {
      if (kind === 'instant') return `"${column}_text"`;
      return kind === 'boolean' ? `"${column}"::INT::VARCHAR` : `"${column}"::VARCHAR`;
    });
    const rows = await connection.runAndReadAll(
      `SELECT ${list.join(', ')} FROM '${join(folder, `${name}.parquet`)}' ORDER BY "${key}"`,
    );
    tables[name] = rows.getRowsJson().map((row) => row.map((value, index) => cell(columns[index], value)));
  }
  connection.closeSync();
  return tables;
}
