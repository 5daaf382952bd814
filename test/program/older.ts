import { readFileSync } from 'node:fs';
import { brotliCompressSync, brotliDecompressSync } from 'node:zlib';
import Database from 'better-sqlite3';
import { Pool } from '../../src/ledger/archive/pool.ts';

const TABLES = readFileSync(new URL('../../migrations/0000_tables.sql', import.meta.url), 'utf8');

/** Makes of a data file what it was at its first schema: no view or trigger, no later table, bodies kept as differences. */
export function makeOlder(db: string): void {
  const sqlite = new Database(db);
  sqlite.pragma('foreign_keys = OFF');
  const made = "SELECT type, name FROM sqlite_schema WHERE type IN ('view', 'trigger')";
  for (const { type, name } of sqlite.prepare<[], { type: string; name: string }>(made).all())
    sqlite.exec(`DROP ${type} "${name}"`);
  takeApart(sqlite);
  const tables = sqlite.prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'table'").pluck().all();
  const later = tables.filter((name) => !/^(?:__drizzle|sqlite_)/.test(name) && !TABLES.includes(`TABLE \`${name}\``));
  for (const name of later) sqlite.exec(`DROP TABLE "${name}"`);
  restoreIndexes(sqlite);
  sqlite.exec(
    `ALTER TABLE pricing_history DROP COLUMN price_usd;
     ALTER TABLE sync_runs DROP COLUMN seal;
     DELETE FROM __drizzle_migrations WHERE created_at > (SELECT min(created_at) FROM __drizzle_migrations);
     PRAGMA user_version = 1`,
  );
  sqlite.close();
}

/** The indexes of the first schema instead of those that took their places. */
function restoreIndexes(sqlite: Database.Database): void {
  const query = "SELECT name FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL";
  const indexes = sqlite.prepare<[], string>(query).pluck().all();
  for (const name of indexes) if (!TABLES.includes(`INDEX \`${name}\``)) sqlite.exec(`DROP INDEX "${name}"`);
  for (const statement of TABLES.split('--> statement-breakpoint')) {
    const [, name] = /INDEX `(\w+)`/.exec(statement) ?? [];
    if (name !== undefined && !indexes.includes(name)) sqlite.exec(statement);
  }
}

interface Stored {
  readonly id: number;
  readonly sha256: string;
  readonly bytes: number;
  readonly cut: number;
  readonly start: number;
  readonly data: Buffer;
  readonly ranges: Buffer | null;
}

/** The first body whole in a pack of its own; each other one in another pack, as its difference from the one before it. */
function takeApart(sqlite: Database.Database): void {
  const query =
    'SELECT archive.*, data, ranges FROM archive JOIN archive_packs ON archive_packs.id = pack ORDER BY archive.id';
  const bodies = sqlite
    .prepare<[], Stored>(query)
    .all()
    .map((row) => ({ ...row, body: readBody(row) }));
  sqlite.exec('DROP TABLE archive; DROP TABLE archive_packs');
  for (const statement of TABLES.split('--> statement-breakpoint')) {
    if (/(?:TABLE|ON) `archive|INDEX `archive/.test(statement)) sqlite.exec(statement);
  }
  const pack = sqlite.prepare('INSERT INTO archive_packs (id, deltas, data) VALUES (?, ?, ?)');
  const row = sqlite.prepare('INSERT INTO archive VALUES (?, ?, ?, ?, ?, 0, ?, ?, ?, ?)');
  const deltas: Buffer[] = [];
  let start = 0;
  bodies.forEach(({ id, sha256, cut, body }, i) => {
    const before = bodies[i - 1];
    const told = before === undefined ? body : makeDelta(body, before.body);
    row.run(id, sha256, body.length, before?.id ?? null, i, cut, before === undefined ? 1 : 2, start, told.length);
    if (before === undefined) pack.run(1, 0, brotliCompressSync(told));
    else deltas.push(told);
    start = before === undefined ? 0 : start + told.length;
  });
  if (deltas.length > 0) pack.run(2, deltas.length, brotliCompressSync(Buffer.concat(deltas)));
}

function readBody({ start, bytes, ...pack }: Stored): Buffer {
  return readPool(pack).read(start, bytes);
}

function readPool({ data, ranges }: Pick<Stored, 'data' | 'ranges'>): Pool {
  return new Pool(brotliDecompressSync(data), ranges === null ? undefined : brotliDecompressSync(ranges));
}

/** Makes of packs what they were before they had ranges: their bodies as they stand. */
export function dropRanges(sqlite: Database.Database): void {
  const packs = sqlite.prepare<[], Stored>('SELECT id, data, ranges FROM archive_packs').all();
  const put = sqlite.prepare('UPDATE archive_packs SET data = ?, bytes = ? WHERE id = ?');
  for (const { id, ...pack } of packs) {
    const pool = readPool(pack);
    put.run(brotliCompressSync(pool.read(0, pool.length)), pool.length, id);
  }
  sqlite.exec('ALTER TABLE archive_packs DROP COLUMN ranges');
}

/** Two instructions: copy what both begin with, then add what is new and copy what both end with. */
function makeDelta(body: Buffer, base: Buffer): Buffer {
  const most = Math.min(body.length, base.length);
  let head = 0;
  while (head < most && body[head] === base[head]) head += 1;
  let tail = 0;
  while (tail < most - head && body[body.length - 1 - tail] === base[base.length - 1 - tail]) tail += 1;
  const back = base.length - tail - head;
  const added = body.subarray(head, body.length - tail);
  const instructions = Buffer.concat([0, 0, head, added.length, back * 2, tail].map(varint));
  return Buffer.concat([varint(instructions.length), instructions, added]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return Buffer.from([...bytes, rest]);
}
