import { copyFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EndpointTexts } from '../../src/ledger/endpoints/texts.ts';
import { openForRecording } from '../../src/ledger/record/open.ts';
import { ENDPOINT_TABLES } from '../../src/ledger/record/projected.ts';
import { openForReading } from '../../src/ledger/store/open.ts';
import { rebuild } from '../ledgers.ts';
import { newFolder } from '../program/program.ts';
import { endpointOf, list, problemsOf, sweepAt, T, Upstream } from './world.ts';

/** What another program or a disk did to the tables of a file with sweeps in it; the sealed ones are in `ledger/seals`. */

const TABLES = ['endpoints', 'endpoint_prices', 'endpoint_limits', 'endpoint_events', 'endpoint_quarantine'];

let whole: string;
let damaged: string;
let schema: { readonly type: string; readonly name: string }[];
let columns: Readonly<Record<string, readonly string[]>>;

beforeAll(async () => {
  const folder = newFolder(afterAll);
  whole = join(folder, 'whole.db');
  damaged = join(folder, 'damaged.db');
  const upstream = await Upstream.start(afterAll);
  await list(whole, T(0), ['a/1', 'a/2']);
  const broken = endpointOf('Z', 'cheap');
  const limits = { max_completion_tokens: 5, max_prompt_tokens: 6 };
  upstream.models.set('a/1', [endpointOf('P', '1'), endpointOf('Q', '2', limits), endpointOf('R', '3'), broken]);
  upstream.models.set('a/2', [endpointOf('P', '1', { quantization: null })]);
  await sweepAt(whole, upstream.url, { at: T(1) });
  upstream.models.set('a/1', [endpointOf('P', '1.5'), endpointOf('Q', '2', { context_length: 9 })]);
  for (const hour of [2, 3]) await sweepAt(whole, upstream.url, { at: T(hour) });
  const sqlite = new Database(whole);
  sqlite.pragma('wal_checkpoint(TRUNCATE)');
  schema = sqlite
    .prepare<[], { type: string; name: string }>(
      `SELECT type, name FROM sqlite_schema WHERE type <> 'table' AND sql IS NOT NULL
        AND (tbl_name GLOB '*endpoint*' OR type = 'view') ORDER BY 1, 2`,
    )
    .all();
  const named = sqlite.prepare<[string], { name: string; hidden: number }>(
    'SELECT name, hidden FROM pragma_table_xinfo(?)',
  );
  columns = Object.fromEntries(
    TABLES.map((table) => [
      table,
      named
        .all(table)
        .filter(({ hidden }) => hidden === 0)
        .map(({ name }) => name),
    ]),
  );
  sqlite.close();
});

/** What verify finds after something was done to the file. */
async function found(sql: string): Promise<readonly string[]> {
  for (const ending of ['', '-wal', '-shm']) rmSync(damaged + ending, { force: true });
  copyFileSync(whole, damaged);
  const sqlite = new Database(damaged);
  sqlite.pragma('foreign_keys = OFF');
  sqlite.pragma('ignore_check_constraints = ON');
  // Triggers that would refuse it are away meanwhile, as they are to a disk that fails.
  const triggers = sqlite
    .prepare<[], { name: string; sql: string }>("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'")
    .all();
  if (!sql.startsWith('DROP')) for (const { name } of triggers) sqlite.exec(`DROP TRIGGER ${name}`);
  const { changes } = sqlite.prepare(sql).run();
  if (!sql.startsWith('DROP')) for (const trigger of triggers) sqlite.exec(trigger.sql);
  expect([sql, changes > 0 || sql.startsWith('DROP')]).toEqual([sql, true]);
  sqlite.close();
  return await problemsOf(damaged);
}

describe('verify, of a file with sweeps', () => {
  it('names the command that mends a kept answer that cannot be read', async () => {
    await found('UPDATE endpoint_texts SET data = zeroblob(9) WHERE id = 1');
    const ledger = openForReading(damaged);
    const hint = 'Put a backup in its place: model-ledger restore FILE; model-ledger verify lists all that is damaged.';
    expect(() => new EndpointTexts(ledger).get(1)).toThrow(expect.objectContaining({ code: 'damaged_text', hint }));
    ledger.close();
  });

  it('finds nothing where nothing was done, and each table has rows', async () => {
    expect(Object.keys(ENDPOINT_TABLES)).toEqual(TABLES);
    expect(await found('UPDATE endpoints SET id = id')).toEqual([]);
    for (const table of TABLES) expect((await found(`DELETE FROM ${table}`)).length).toBeGreaterThan(0);
  });

  it.each(TABLES)('finds any column of %s that is another, a row less, and one twice', async (table) => {
    const names = columns[table] ?? [];
    const rest = names.filter((name) => name !== 'id');
    const all = rest.join(', ');
    const of = `FROM ${table} WHERE id = (SELECT max(id) FROM ${table})`;
    const damages = [
      ...rest.map(
        (name) => `UPDATE ${table} SET ${name} = CASE typeof(${name}) WHEN 'integer' THEN ${name} + 1000
          WHEN 'real' THEN ${name} + 0.5 WHEN 'null' THEN '7' ELSE ${name} || 'x' END WHERE id = (SELECT min(id) FROM ${table})`,
      ),
      `DELETE ${of}`,
      ...(table === 'endpoints' ? [] : [`INSERT INTO ${table} (${all}) SELECT ${all} ${of}`]),
    ];
    const missed: string[] = [];
    for (const sql of damages) if ((await found(sql)).length === 0) missed.push(sql);
    expect(missed).toEqual([]);
  });

  it('finds each index, trigger and view that is gone, by its name, and rebuild makes all of them anew', async () => {
    expect(schema.length).toBeGreaterThan(20);
    const missing = ({ type, name }: (typeof schema)[number]): string => `schema: the ${type} ${name} is missing`;
    for (const one of schema) expect(await found(`DROP ${one.type} ${one.name}`)).toContain(missing(one));
    const sqlite = new Database(damaged);
    for (const { type, name } of schema) sqlite.exec(`DROP ${type} IF EXISTS ${name}`);
    sqlite.close();
    expect(await problemsOf(damaged)).toEqual(expect.arrayContaining(schema.map(missing)));
    const ledger = await openForRecording(damaged);
    await rebuild(ledger);
    ledger.close();
    expect(await problemsOf(damaged)).toEqual([]);
  });
});
