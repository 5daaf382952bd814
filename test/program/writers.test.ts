import { existsSync, symlinkSync } from 'node:fs';
import { join, relative } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { answer, type Step } from '../upstream/misbehaving.ts';
import { makeOlder } from './older.ts';
import {
  checksums,
  type Exit,
  lastRun,
  ledgerOf,
  newFolder,
  query,
  type Running,
  run,
  sample,
  serve,
  start,
  touched,
} from './program.ts';

const soon = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** An upstream that answers when told to. */
function slow(): { step: Step; asked: Promise<void>; answer: () => void } {
  let open = (): void => {};
  let ask = (): void => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  const asked = new Promise<void>((resolve) => {
    ask = resolve;
  });
  const step: Step = (...request) => {
    ask();
    void opened.then(() => answer()(...request));
  };
  return { step, asked, answer: () => open() };
}

/** A sync that has the lock and waits for its answer. */
async function occupy(db: string): Promise<{ running: Running; finish: () => Promise<Exit> }> {
  const upstream = slow();
  const { url } = await serve(upstream.step);
  const running = start(['sync', '--db', db, '--accept', '--source', url.href], { input: '' });
  await upstream.asked;
  const finish = (): Promise<Exit> => {
    upstream.answer();
    return running.exit;
  };
  return { running, finish };
}

describe('while a run is under way', () => {
  test('no other one writes: exit 75 at once, nothing changed', async () => {
    const db = await ledgerOf(newFolder(), 3);
    const { finish } = await occupy(db);
    const before = checksums(db);
    for (const args of [
      ['sync', '--source', sample(4)],
      ['sync', '--dry-run', '--source', sample(4)],
      ['import', 'files', sample(4)],
      ['rebuild'],
    ]) {
      const other = await run([...args, '--db', db]);
      expect([args, other.code, other.stdout]).toEqual([args, 75, '']);
      expect(other.stderr).toMatch(/Another run is writing to .*; nothing was written./);
    }
    expect(touched(before, checksums(db))).toEqual([]);
    expect((await finish()).code).toBe(0);
  });

  test('no other name of the file is a way around it', async () => {
    const folder = newFolder();
    const db = await ledgerOf(folder, 3);
    const elsewhere = newFolder();
    symlinkSync(db, join(elsewhere, 'link.db'));
    symlinkSync(folder, join(elsewhere, 'folder'));
    const { finish } = await occupy(db);
    for (const name of ['link.db', 'folder/ledger.db', relative(elsewhere, db)]) {
      const other = await run(['sync', '--db', name, '--source', sample(4)], { cwd: elsewhere });
      expect([name, other.code]).toEqual([name, 75]);
    }
    await finish();
  });

  test('--wait waits for its end', async () => {
    const db = await ledgerOf(newFolder(), 3);
    const { finish } = await occupy(db);
    const waiting = start(['sync', '--db', db, '--accept', '--source', sample(4), '--wait', '120s'], { input: '' });
    await soon(400);
    expect(waiting.child.exitCode).toBe(null);
    expect((await finish()).code).toBe(0);
    expect((await waiting.exit).code).toBe(0);
    expect(query(db, 'SELECT status FROM sync_runs WHERE id > 3')).toEqual([
      { status: 'changed' },
      { status: 'changed' },
    ]);
  });

  test('readers read', async () => {
    const folder = newFolder();
    const db = await ledgerOf(folder, 3);
    const { finish } = await occupy(db);
    for (const args of [['snapshot'], ['verify'], ['prices'], ['changes'], ['backup', join(folder, 'copy.db')]]) {
      expect([args, (await run([...args, '--db', db])).code]).toEqual([args, 0]);
    }
    await finish();
  });

  test('a kill leaves no lock behind', async () => {
    const db = await ledgerOf(newFolder(), 3);
    const { running } = await occupy(db);
    running.child.kill('SIGKILL');
    await running.exit;
    expect((await run(['sync', '--db', db, '--source', sample(4)])).code).toBe(0);
  });

  test('a reader that stays open does not keep the next run from recording', async () => {
    const db = await ledgerOf(newFolder(), 3);
    const reader = new Database(db, { readonly: true });
    reader.exec('BEGIN');
    const count = reader.prepare('SELECT count(*) FROM sync_runs').pluck();
    expect(count.get()).toBe(3);
    expect((await run(['sync', '--db', db, '--source', sample(4)])).code).toBe(0);
    expect(count.get()).toBe(3);
    reader.close();
    expect(lastRun(db)).toMatchObject({ id: 4, status: 'changed' });
  });

  test('another program that writes into the file makes the run wait, not fail', async () => {
    const db = await ledgerOf(newFolder(), 3);
    const other = new Database(db);
    other.exec('BEGIN IMMEDIATE');
    const running = start(['sync', '--db', db, '--source', sample(4)], { input: '' });
    await soon(700);
    other.exec('COMMIT');
    other.close();
    expect((await running.exit).code).toBe(0);
  });
});

describe('two at once', () => {
  test('begin one ledger together: both are recorded, each migration once', async () => {
    const db = join(newFolder(), 'ledger.db');
    const both = [1, 2, 3].map((n) => run(['sync', '--db', db, '--wait', '120s', '--source', sample(n)]));
    expect((await Promise.all(both)).map(({ code }) => code)).toEqual([0, 0, 0]);
    expect(query(db, 'SELECT count(*) AS n FROM sync_runs')).toEqual([{ n: 3 }]);
    expect(query(db, 'SELECT count(DISTINCT hash) = count(*) AS once FROM __drizzle_migrations')).toEqual([
      { once: 1 },
    ]);
    expect((await run(['verify', '--db', db])).code).toBe(0);
  });

  test('without waiting: one records, the others leave', async () => {
    const db = await ledgerOf(newFolder(), 3);
    const exits = await Promise.all([4, 4, 4, 4].map((n) => run(['sync', '--db', db, '--source', sample(n)])));
    const codes = exits.map(({ code }) => code);
    const { n } = query(db, 'SELECT count(*) AS n FROM sync_runs WHERE id > 3')[0] ?? {};
    expect(codes.filter((code) => code === 0)).toHaveLength(Number(n));
    expect(codes.filter((code) => code !== 0 && code !== 75)).toEqual([]);
    expect(n).toBeGreaterThan(0);
  });

  test('bring an older file up to date: once, with a copy beside it', async () => {
    const folder = newFolder();
    const db = await ledgerOf(folder, 3);
    makeOlder(db);
    const both = [4, 5].map((n) => run(['sync', '--db', db, '--wait', '120s', '--source', sample(n)]));
    expect((await Promise.all(both)).map(({ code }) => code)).toEqual([0, 0]);
    expect(query(`${db}.schema-1.bak`, 'SELECT count(*) AS n FROM sync_runs')).toEqual([{ n: 3 }]);
    expect(query(db, 'SELECT count(*) AS n FROM sync_runs')).toEqual([{ n: 5 }]);
    expect(query(db, 'SELECT count(*) AS n FROM run_health')).toEqual([{ n: 1 }]);
    expect((await run(['verify', '--db', db])).code).toBe(0);
  });
});

describe('an older file', () => {
  test('is not touched by a dry run or a reader, which say so', async () => {
    const db = await ledgerOf(newFolder(), 3);
    makeOlder(db);
    const before = checksums(db);
    for (const args of [['sync', '--dry-run', '--source', sample(4)], ['prices'], ['verify'], ['snapshot']]) {
      const refused = await run([...args, '--db', db]);
      expect([args, refused.code, refused.stderr.includes('was written by an older version')]).toEqual([args, 5, true]);
    }
    expect(touched(before, checksums(db))).toEqual([]);
    expect(existsSync(`${db}.schema-1.bak`)).toBe(false);
  });
});

describe('a signal', () => {
  test.each([
    ['SIGTERM', 143],
    ['SIGINT', 130],
  ] as const)('%s ends a run that waits for its answer: exit %i, a failed run, nothing else', async (signal, code) => {
    const db = await ledgerOf(newFolder(), 3);
    const { running } = await occupy(db);
    const before = checksums(db);
    running.child.kill(signal);
    const exit = await running.exit;
    expect([exit.code, exit.stdout]).toEqual([code, '']);
    expect(exit.stderr).toMatch(/^model-ledger: .*stopped.*Nothing was changed\.\n/);
    expect(touched(before, checksums(db))).toEqual(['sync_runs']);
    expect(lastRun(db)).toMatchObject({ status: 'failed', error_code: 'stopped' });
  });

  test('ends a run that reads standard input or a pipe without end', async () => {
    const folder = newFolder();
    const db = await ledgerOf(folder, 3);
    const running = start(['sync', '--db', db, '--source', '-']);
    running.child.stdin.write('{"data":[');
    await soon(600);
    running.child.kill('SIGTERM');
    const exit = await running.exit;
    expect([exit.code, exit.stdout, lastRun(db).error_code]).toEqual([143, '', 'stopped']);
    expect(exit.stderr).toMatch(/stopped/);
  });

  test('ends a run that waits for the lock', async () => {
    const db = await ledgerOf(newFolder(), 3);
    const { finish } = await occupy(db);
    const before = checksums(db);
    const waiting = start(['sync', '--db', db, '--source', sample(4), '--wait', '120s'], { input: '' });
    await soon(600);
    waiting.child.kill('SIGTERM');
    const exit = await waiting.exit;
    expect([exit.code, exit.stdout]).toEqual([143, '']);
    expect(exit.stderr).not.toMatch(/should not happen/);
    expect(touched(before, checksums(db))).toEqual([]);
    await finish();
  });

  test('ends a run between two attempts', async () => {
    const db = await ledgerOf(newFolder(), 3);
    const { url, requests } = await serve(answer('', 503, { 'retry-after': '20' }));
    const running = start(['sync', '--db', db, '--source', url.href], { input: '' });
    while (requests.length === 0) await soon(20);
    await soon(100);
    running.child.kill('SIGTERM');
    expect((await running.exit).code).toBe(143);
    expect(lastRun(db)).toMatchObject({ status: 'failed', error_code: 'stopped', attempts: 1 });
  });
});
