import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { UsageError } from '../../core/errors.ts';
import { ledgerIdentity, newestRun } from '../../ledger/queries/ledgerState.ts';
import { type PublicTable, publicTables, readRows } from '../../ledger/queries/publicTables.ts';
import type { Ledger } from '../../ledger/store/open.ts';
import { atOneInstant } from '../../ledger/store/transaction.ts';
import { type Block, blockOf, cutIntoBlocks } from './blocks.ts';
import { type Destination, withConnection } from './connect.ts';
import { createBookkeeping, createPricePeriods, createTable, POSTGRES_VERSION, quote, tableName } from './schema.ts';

export interface PostgresExport extends Destination {
  /** If the schema holds another ledger, drop its tables and start over. */
  readonly replace?: boolean | undefined;
  readonly now: () => Date;
  readonly onProgress: (done: number, total: number) => void;
}

export interface PostgresResult {
  /** The newest run in the tables. */
  readonly run: number;
  /** How many rows were written to each table; unchanged tables are left out. */
  readonly written: Readonly<Record<string, number>>;
}

/**
 * Brings the tables of a PostgreSQL schema up to date with the ledger, in one transaction on the server. Its readers see
 * the state before or the state after, and an interrupted export is completed by the next one. Changed blocks of rows
 * are found by their digests, so a past that was rewritten here is rewritten there too.
 * @throws ExportError when the server cannot be reached, refuses or drops the connection; it says what state the server is in
 * @throws UsageError when the schema belongs to another ledger or to a newer version of this program
 */
export async function exportPostgres(ledger: Ledger, request: PostgresExport): Promise<PostgresResult> {
  return await withConnection(request, async (client, onCommit) => {
    await client.query('BEGIN');
    await prepareSchema(client, ledger, request);
    const result = await atOneInstant(ledger, () => fill(client, ledger, request));
    onCommit();
    await client.query('COMMIT');
    return result;
  });
}

/** Creates the schema if there is none, and creates it again if an older version of this program made it. */
async function prepareSchema(client: pg.Client, ledger: Ledger, request: PostgresExport): Promise<void> {
  const { schema } = request;
  // Only one export at a time. The lock ends with the transaction.
  await client.query('SELECT pg_advisory_xact_lock(hashtext($1))', [`model-ledger ${schema}`]);
  const state = await readState(client, schema);
  const identity = ledgerIdentity(ledger);
  if (state !== undefined) {
    if (state.version > POSTGRES_VERSION) {
      const hint = 'Use that version here too, or another schema with --schema NAME.';
      const message = `The schema "${schema}" is of a newer model-ledger; nothing was written there.`;
      throw new UsageError('newer_schema', message, { hint });
    }
    if (state.ledger !== identity && !request.replace) {
      throw new UsageError('other_ledger', `The schema "${schema}" holds another ledger; nothing was written there.`, {
        hint: 'Choose another one with --schema NAME, or replace what is there with --replace.',
      });
    }
    if (state.version === POSTGRES_VERSION && state.ledger === identity) return;
    await dropTables(client, schema);
  }
  await client.query(`CREATE SCHEMA IF NOT EXISTS ${quote(schema)}`);
  const statements = [
    ...createBookkeeping(schema),
    ...publicTables().flatMap((table) => createTable(schema, table)),
    createPricePeriods(schema),
  ];
  for (const statement of statements) await client.query(statement);
}

async function readState(client: pg.Client, schema: string): Promise<{ version: number; ledger: string } | undefined> {
  const table = tableName(schema, 'export_state');
  const find = 'SELECT to_regclass($1) IS NOT NULL AS "isThere"';
  const { rows: found } = await client.query<{ isThere: boolean }>(find, [table]);
  if (found[0]?.isThere !== true) return undefined;
  const { rows } = await client.query<{ version: number; ledger: string }>(`SELECT version, ledger FROM ${table}`);
  return rows[0];
}

/** Fails if other people's views depend on the tables, which is better than dropping those views too. */
async function dropTables(client: pg.Client, schema: string): Promise<void> {
  const { rows } = await client.query<{ name: string; kind: string }>(
    `SELECT c.relname AS name, c.relkind AS kind FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = $1 AND c.relname = ANY($2) AND c.relkind IN ('r', 'v') ORDER BY c.relkind DESC`,
    // `current_prices` is of version 1.
    [
      schema,
      [...publicTables().map(({ name }) => name), 'export_state', 'export_blocks', 'current_prices', 'price_periods'],
    ],
  );
  for (const { name, kind } of rows) {
    await client.query(`DROP ${kind === 'v' ? 'VIEW' : 'TABLE'} ${tableName(schema, name)}`);
  }
}

async function fill(client: pg.Client, ledger: Ledger, request: PostgresExport): Promise<PostgresResult> {
  const written: Record<string, number> = {};
  const tables = publicTables();
  for (const [index, table] of tables.entries()) {
    const rows = await fillTable(client, ledger, request, table);
    if (rows > 0) written[table.name] = rows;
    request.onProgress(index + 1, tables.length);
  }
  const { run, observedAt } = newestRun(ledger);
  await client.query(
    `INSERT INTO ${tableName(request.schema, 'export_state')} (version, ledger, run_id, observed_at, exported_at)
      VALUES ($1, $2, $3, $4, $5) ON CONFLICT (only_row) DO UPDATE SET version = excluded.version,
      ledger = excluded.ledger, run_id = excluded.run_id, observed_at = excluded.observed_at, exported_at = excluded.exported_at`,
    [POSTGRES_VERSION, ledgerIdentity(ledger), run, observedAt, request.now().toISOString()],
  );
  return { run, written };
}

/** @returns how many rows were written */
async function fillTable(
  client: pg.Client,
  ledger: Ledger,
  { schema, signal }: PostgresExport,
  table: PublicTable,
): Promise<number> {
  const blocksTable = tableName(schema, 'export_blocks');
  const { rows: there } = await client.query<{ block: string; digest: string }>(
    `SELECT block, digest FROM ${blocksTable} WHERE table_name = $1`,
    [table.name],
  );
  const known = new Map(there.map(({ block, digest }) => [Number(block), digest]));
  const changed: Block[] = [];
  for (const block of cutIntoBlocks(table, readRows(ledger, table))) {
    signal.throwIfAborted();
    if (known.get(block.block) !== block.digest) changed.push(block);
    known.delete(block.block);
  }
  const stale = [...changed.map(({ block }) => block), ...known.keys()];
  if (stale.length === 0) return 0;
  await client.query(`DELETE FROM ${tableName(schema, table.name)} WHERE ${blockOf(table)} = ANY($1)`, [stale]);
  await client.query(`DELETE FROM ${blocksTable} WHERE table_name = $1 AND block = ANY($2)`, [table.name, stale]);
  const copy = client.query(copyFrom(`COPY ${tableName(schema, table.name)} FROM STDIN`));
  await pipeline(Readable.from(changed.flatMap(({ lines }) => lines)), copy, { signal });
  await client.query(
    `INSERT INTO ${blocksTable} (table_name, block, digest) SELECT $1, * FROM unnest($2::bigint[], $3::text[])`,
    [table.name, changed.map(({ block }) => block), changed.map(({ digest }) => digest)],
  );
  return changed.reduce((sum, { lines }) => sum + lines.length, 0);
}
