import { copyFileSync, existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { callsOf, compileFaults, hasCompiler, IO_ERROR } from './failing.ts';
import { makeOlder } from './older.ts';
import { checksums, execute, ledgerOf, newFolder, query, run, sample, touched } from './program.ts';

const AT = { MODEL_LEDGER_NOW: '2026-07-01T12:00:00.000Z' };

describe('migrations', () => {
  test.each<[string, string, RegExp]>([
    [
      'in another wording',
      "UPDATE __drizzle_migrations SET hash = 'x' WHERE rowid = 1",
      /0000_tables in another wording/,
    ],
    [
      'before an older one',
      'DELETE FROM __drizzle_migrations WHERE rowid = 1',
      /has seen the migration \S+ before 0000_tables/,
    ],
  ])('a file that has seen one %s is refused and stays as it is', async (_, sql, words) => {
    const db = await ledgerOf(newFolder(), 2);
    execute(db, `${sql}; PRAGMA user_version = 1`);
    const before = checksums(db);
    const refused = await run(['sync', '--db', db, '--source', sample(3)]);
    expect([refused.code, refused.stderr]).toEqual([5, expect.stringMatching(words)]);
    expect(touched(before, checksums(db))).toEqual([]);
  });

  test('two runs that find an older file apply each migration once', async () => {
    const db = await ledgerOf(newFolder(), 3);
    makeOlder(db);
    const runs = await Promise.all(
      [4, 5].map((n) => run(['sync', '--wait', '120s', '--db', db, '--source', sample(n)])),
    );
    expect(runs.map(({ code }) => code)).toEqual([0, 0]);
    const applied = query(db, 'SELECT count(*) AS n, count(DISTINCT created_at) AS times FROM __drizzle_migrations');
    expect(applied[0]?.n).toBe(applied[0]?.times);
    expect((await run(['verify', '--db', db])).code).toBe(0);
  });
});

describe('a reader in another process', () => {
  test('that keeps its transaction open stops no run, sees its own state, and can go on', async () => {
    const db = await ledgerOf(newFolder(), 3);
    const reader = new Database(db);
    const count = (): unknown => reader.prepare('SELECT count(*) FROM sync_runs').pluck().get();
    reader.exec('BEGIN');
    expect(count()).toBe(3);
    for (const n of [4, 5]) {
      const synced = await run(['sync', '--db', db, '--source', sample(n)], { env: AT });
      expect([synced.code, count()]).toEqual([0, 3]);
    }
    // What it read is old by now, so it may not write on top of that; a run never meets this, as it begins by writing.
    expect(() => reader.exec('CREATE TABLE mine (x)')).toThrow(/locked/);
    reader.exec('COMMIT');
    expect(count()).toBe(5);
    reader.close();
  });

  test('that pins a log of many megabytes is told of, by the run and by status', async () => {
    const db = await ledgerOf(newFolder(), 2);
    const reader = new Database(db);
    reader.exec('BEGIN; SELECT count(*) FROM sync_runs');
    const writer = new Database(db);
    writer.exec('CREATE TABLE notes (x); INSERT INTO notes VALUES (zeroblob(20000000)); DROP TABLE notes');
    const synced = await run(['sync', '--db', db, '--source', sample(3)], { env: AT });
    const words = /MB wait in .*-wal to be moved into the file/;
    expect([synced.code, synced.stderr]).toEqual([0, expect.stringMatching(words)]);
    expect((await run(['status', '--db', db], { env: AT })).stdout).toMatch(words);
    expect(JSON.parse((await run(['status', '--json', '--db', db], { env: AT })).stdout).size.log).toBeGreaterThan(2e7);
    writer.close();
    reader.close();
  });
});

test('no code of ours opens or copies the index of a log: closing it would let go of every lock on it', () => {
  const sources = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  const wrong = sources.filter((name) =>
    /(?:open|read|copy|createRead)\w*\([^)]*-shm/.test(readFileSync(join('src', name), 'utf8')),
  );
  expect([sources.length > 100, wrong]).toEqual([true, []]);
});

describe.runIf(hasCompiler)('where reading the file fails', () => {
  const failing = compileFaults();

  test.each([
    ['sync', '--source', sample(4)],
    ['rebuild'],
    ['import', 'files', sample(4)],
    ['changes', '--json'],
    ['verify'],
  ])('%s: words and 5, or done; the file is as before or as after', async (...args) => {
    const folder = newFolder();
    const db = await ledgerOf(folder, 3);
    copyFileSync(db, join(folder, 'base.db'));
    const before = checksums(db);
    const faulty = (at: number) =>
      run([...args, '--db', db], {
        env: { ...AT, ...failing({ FAIL_READS: '1', FAIL_ERRNO: IO_ERROR, FAIL_AT: `${at}` }) },
      });
    const calls = callsOf(await faulty(0));
    const after = checksums(db);
    expect(calls).toBeGreaterThan(5);
    for (let at = 1; at <= calls; at += Math.ceil(calls / 6)) {
      for (const name of [`${db}-wal`, `${db}-shm`]) if (existsSync(name)) rmSync(name);
      copyFileSync(join(folder, 'base.db'), db);
      const { code, stderr } = await faulty(at);
      expect([at, code, stderr]).toEqual([
        at,
        expect.toBeOneOf([0, 1, 5]),
        expect.not.stringMatching(/\n {4}at |should not happen/),
      ]);
      const now = checksums(db);
      expect([at, touched(before, now).length === 0 || touched(after, now).length === 0]).toEqual([at, true]);
    }
    expect(statSync(db).size).toBeGreaterThan(0);
  });
});
