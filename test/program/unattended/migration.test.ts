import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { SCHEMA_VERSION } from '../../../src/ledger/store/file.ts';
import { callsOf, compileFaults, hasCompiler } from '../failing.ts';
import { makeOlder } from '../older.ts';
import { checksums, execute, ledgerOf, newFolder, query, run, sample, touched } from '../program.ts';

const AT = { MODEL_LEDGER_NOW: '2026-07-01T12:00:00.000Z' };
const failing = compileFaults();

const versionOf = (db: string): unknown => query(db, 'PRAGMA user_version')[0]?.user_version;
const schemaOf = (db: string) => query(db, 'SELECT type, name, sql FROM sqlite_schema ORDER BY type, name');

async function olderLedger(folder = newFolder()): Promise<string> {
  const db = await ledgerOf(folder, 3);
  makeOlder(db);
  return db;
}

describe('an older file', () => {
  test('is brought up to date by the first sync, and stays beside it as it was', async () => {
    const db = await olderLedger();
    const before = { rows: checksums(db), schema: schemaOf(db) };
    const current = schemaOf(await ledgerOf(newFolder(), 3));
    expect((await run(['sync', '--db', db, '--source', sample(4)])).code).toBe(0);
    const copy = `${db}.schema-1.bak`;
    expect([versionOf(copy), { rows: checksums(copy), schema: schemaOf(copy) }]).toEqual([1, before]);
    expect([versionOf(db), schemaOf(db)]).toEqual([SCHEMA_VERSION, current]);
    expect(query(db, 'SELECT count(*) AS n FROM sync_runs')).toEqual([{ n: 4 }]);
    expect((await run(['verify', '--db', db])).code).toBe(0);
  });

  test('whose rows would refer to nothing stays as it is', async () => {
    const db = await olderLedger();
    execute(db, "UPDATE change_events SET model_id = 'no/such' WHERE id = 1");
    const before = { rows: checksums(db), schema: schemaOf(db) };
    const refused = await run(['sync', '--db', db, '--source', sample(4)]);
    expect([refused.code, refused.stderr]).toEqual([
      5,
      expect.stringContaining('1 rows would refer to nothing after the migration'),
    ]);
    expect([versionOf(db), { rows: checksums(db), schema: schemaOf(db) }]).toEqual([1, before]);
  });

  test('with a body that does not come back stays as it is', async () => {
    const db = await olderLedger();
    execute(db, 'UPDATE archive SET start = start + 1 WHERE id = 2');
    const [body] = query(db, 'SELECT sha256 FROM archive WHERE id = 2');
    const before = { rows: checksums(db), schema: schemaOf(db) };
    const refused = await run(['sync', '--db', db, '--source', sample(4)]);
    expect([refused.code, refused.stderr]).toEqual([
      5,
      expect.stringContaining(`The archived body ${body?.sha256} is damaged; the file is as it was.`),
    ]);
    expect([versionOf(db), { rows: checksums(db), schema: schemaOf(db) }]).toEqual([1, before]);
  });

  test.runIf(hasCompiler)(
    'killed at any write of its migration is the old one or the new one, and its copy the old one',
    async () => {
      const folder = newFolder();
      const db = await olderLedger(folder);
      const bytes = readFileSync(db);
      const copy = `${db}.schema-1.bak`;
      const stateOf = (file: string) => ({ version: versionOf(file), rows: checksums(file), schema: schemaOf(file) });
      const old = stateOf(db);
      const current = { version: SCHEMA_VERSION, schema: schemaOf(await ledgerOf(newFolder(), 3)) };
      const sync = (faults: Record<string, string> = {}) =>
        run(['sync', '--db', db, '--source', sample(4)], { env: { ...AT, ...failing(faults) } });
      const calls = callsOf(await sync());
      expect(calls).toBeGreaterThan(100);
      const became = new Map<string, number>();
      for (const n of Array.from({ length: calls / 20 }, (_, i) => i * 20 + 1)) {
        for (const file of [`${db}-wal`, `${db}-shm`, copy]) rmSync(file, { force: true });
        writeFileSync(db, bytes);
        expect((await sync({ FAIL_KILL: '1', FAIL_AT: String(n) })).code).toBe(null);
        const { version, rows, schema } = stateOf(db);
        const isOld = version === 1 && touched(old.rows, rows).length === 0 && isDeepStrictEqual(schema, old.schema);
        const isNew = isDeepStrictEqual({ version, schema }, current);
        const kept = existsSync(copy) ? (isDeepStrictEqual(stateOf(copy), old) ? 'with its copy' : 'spoilt') : 'alone';
        const state = `${isOld ? 'old' : isNew ? 'new' : 'neither'}, ${kept}`;
        became.set(state, (became.get(state) ?? 0) + 1);
        expect([n, state]).toEqual([n, expect.toBeOneOf(['old, alone', 'old, with its copy', 'new, with its copy'])]);
        expect([n, (await run(['sync', '--db', db, '--source', sample(4)], { env: AT })).code]).toEqual([n, 0]);
      }
      expect([...became.keys()].sort()).toEqual(['new, with its copy', 'old, alone', 'old, with its copy']);
      expect((await run(['verify', '--db', db])).code).toBe(0);
    },
  );

  test('that meets in the middle of a step what another program has put there stays as it is, and says so', async () => {
    const migrations = new URL('../../../migrations/', import.meta.url);
    const steps = readdirSync(migrations).filter((name) => /^\d+_.*\.sql$/.test(name) && !name.startsWith('0000'));
    const inTheWay = steps.flatMap((step) => {
      const made = [...readFileSync(new URL(step, migrations), 'utf8').matchAll(/CREATE (?:TABLE|VIEW) [`"]?(\w+)/g)];
      return [made.at(-1)?.[1]].filter((name) => name !== undefined);
    });
    expect(inTheWay.length).toBeGreaterThan(5);
    let tried = 0;
    for (const name of inTheWay) {
      const db = await olderLedger();
      const sqlite = new Database(db);
      if (sqlite.prepare('SELECT 1 FROM sqlite_schema WHERE name = ?').get(name) === undefined) {
        sqlite.exec(`CREATE TABLE "${name}" (x)`);
      }
      const isThere = sqlite.prepare('SELECT sql FROM sqlite_schema WHERE name = ?').pluck().get(name);
      sqlite.close();
      if (isThere !== `CREATE TABLE "${name}" (x)`) continue;
      tried += 1;
      const before = { rows: checksums(db), schema: schemaOf(db) };
      const refused = await run(['sync', '--db', db, '--source', sample(4)]);
      expect([name, refused.code, refused.stderr]).toEqual([
        name,
        5,
        expect.stringMatching(
          /cannot be brought to the schema of this version \(.* already exists\); the file is as it was/,
        ),
      ]);
      expect([name, { rows: checksums(db), schema: schemaOf(db) }]).toEqual([name, before]);
    }
    expect(tried).toBeGreaterThan(3);
  });

  test('is brought up to date by a rebuild too', async () => {
    const db = await olderLedger();
    expect((await run(['rebuild', '--db', db])).code).toBe(0);
    expect([versionOf(db), versionOf(`${db}.schema-1.bak`)]).toEqual([SCHEMA_VERSION, 1]);
  });
});

test('a newer file is refused by every command that writes, and is left as it was', async () => {
  const folder = newFolder();
  const db = await ledgerOf(folder, 3);
  execute(db, 'PRAGMA user_version = 99');
  const before = checksums(db);
  for (const args of [['sync', '--source', sample(4)], ['import', 'files', sample(4)], ['rebuild'], ['prices']]) {
    const refused = await run([...args, '--db', db]);
    expect([args, refused.code, refused.stderr]).toEqual([
      args,
      5,
      expect.stringContaining(`was written by a newer version (schema 99, this program knows ${SCHEMA_VERSION})`),
    ]);
  }
  expect([versionOf(db), touched(before, checksums(db)), existsSync(join(folder, 'ledger.db.schema-99.bak'))]).toEqual([
    99,
    [],
    false,
  ]);
});
