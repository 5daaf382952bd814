import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { SCHEMA_VERSION } from '../../../src/ledger/store/file.ts';
import { makeOlder } from '../older.ts';
import { checksums, ledgerOf, newFolder, query, run, sample, start, touched } from '../program.ts';
import { randomOf } from './random.ts';

const KILLS = 16;
const SEED = Number(process.env.TEST_SEED ?? Date.now() % 1_000_000);
console.info(`kills of migrations: TEST_SEED=${SEED}`);

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
    const sqlite = new Database(db);
    sqlite.exec("PRAGMA foreign_keys = OFF; UPDATE change_events SET model_id = 'no/such' WHERE id = 1");
    sqlite.close();
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
    const sqlite = new Database(db);
    sqlite.exec('UPDATE archive SET start = start + 1 WHERE id = 2');
    const hash = sqlite.prepare('SELECT sha256 FROM archive WHERE id = 2').pluck().get();
    sqlite.close();
    const before = { rows: checksums(db), schema: schemaOf(db) };
    const refused = await run(['sync', '--db', db, '--source', sample(4)]);
    expect([refused.code, refused.stderr]).toEqual([
      5,
      expect.stringContaining(`The archived body ${hash} is damaged; the file is as it was.`),
    ]);
    expect([versionOf(db), { rows: checksums(db), schema: schemaOf(db) }]).toEqual([1, before]);
  });

  test(`whose migration is killed at ${KILLS} random instants is the old one or the new one, the copy the old one`, async () => {
    const random = randomOf(SEED);
    const whole = await olderLedger();
    const old = { rows: checksums(whole), schema: schemaOf(whole) };
    const current = schemaOf(await ledgerOf(newFolder(), 3));
    let db = await olderLedger();
    const begun = performance.now();
    expect((await run(['sync', '--db', whole, '--source', sample(4)])).code).toBe(0);
    const usualMs = performance.now() - begun;
    for (let kills = 0; kills < KILLS; kills += 1) {
      const { child, exit } = start(['sync', '--db', db, '--source', sample(4)], { input: '' });
      const timer = setTimeout(() => child.kill('SIGKILL'), usualMs * (0.4 + 0.5 * random()));
      await exit;
      clearTimeout(timer);
      const copy = `${db}.schema-1.bak`;
      const isOld = versionOf(db) === 1;
      expect(schemaOf(db)).toEqual(isOld ? old.schema : current);
      if (isOld) expect(touched(old.rows, checksums(db))).toEqual([]);
      expect(isOld || existsSync(copy)).toBe(true);
      if (existsSync(copy)) {
        expect([versionOf(copy), { rows: checksums(copy), schema: schemaOf(copy) }]).toEqual([1, old]);
      }
      if (!isOld) db = await olderLedger();
    }
    expect((await run(['sync', '--db', db, '--source', sample(4)])).code).toBe(0);
    expect((await run(['verify', '--db', db])).code).toBe(0);
  });

  test('that meets in the middle of a step what another program has put there stays as it is, and says so', async () => {
    const migrations = new URL('../../../migrations/', import.meta.url);
    const steps = readdirSync(migrations).filter((name) => /^\d+_.*\.sql$/.test(name) && !name.startsWith('0000'));
    const inTheWay = steps.flatMap((step) => {
      const made = [...readFileSync(new URL(step, migrations), 'utf8').matchAll(/CREATE (?:TABLE|VIEW) [`"]?(\w+)/g)];
      return [made.at(-1)?.[1]].filter((name) => name !== undefined);
    });
    expect(inTheWay.length).toBeGreaterThan(5);
    for (const name of inTheWay) {
      const db = await olderLedger();
      const sqlite = new Database(db);
      if (sqlite.prepare('SELECT 1 FROM sqlite_schema WHERE name = ?').get(name) === undefined) {
        sqlite.exec(`CREATE TABLE "${name}" (x)`);
      }
      const isThere = sqlite.prepare('SELECT sql FROM sqlite_schema WHERE name = ?').pluck().get(name);
      sqlite.close();
      if (isThere !== `CREATE TABLE "${name}" (x)`) continue;
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
  const sqlite = new Database(db);
  sqlite.pragma('user_version = 99');
  sqlite.close();
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
