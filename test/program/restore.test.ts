import {
  copyFileSync,
  existsSync,
  linkSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { acquireLock } from '../../src/ledger/store/lock.ts';
import { call } from './call.ts';
import {
  CLI,
  checksums,
  contents,
  execute,
  ledgerOf,
  newFolder,
  query,
  sample,
  startProcess,
  touched,
} from './program.ts';

const AT = { MODEL_LEDGER_NOW: '2026-07-01T12:00:00.000Z' };
const KEPT = '.before-restore-2026-07-01T12-00-00.000Z';

/** A ledger of three answers, a backup of it, and a fourth answer that stands only in the log. */
async function withStaleLog(): Promise<{ folder: string; db: string; copy: string }> {
  const folder = newFolder();
  const db = await ledgerOf(folder, 3);
  const copy = join(newFolder(), 'copy.db');
  await call(['backup', copy, '--db', db]);
  const holder = new Database(db);
  holder.exec('BEGIN; SELECT count(*) FROM sync_runs');
  expect((await call(['sync', '--db', db, '--source', sample(4)], { env: AT })).code).toBe(0);
  const [file, log] = [readFileSync(db), readFileSync(`${db}-wal`)];
  holder.close();
  writeFileSync(db, file);
  writeFileSync(`${db}-wal`, log);
  return { folder, db, copy };
}

describe('restore', () => {
  test('puts a backup beside a log that belongs to the old file, which is kept with its log', async () => {
    const { folder, db, copy } = await withStaleLog();
    const restored = await call(['restore', copy, '--db', db], { env: AT });
    expect(restored).toEqual({
      code: 0,
      stdout: `Restored ${db} from ${copy}: 3 runs, the newest list of 2026-05-13T06:00:00.000Z.\nThe file that was there is kept as ${db}${KEPT}.\n`,
      stderr: 'Check it: model-ledger verify.\n',
    });
    expect(touched(checksums(copy), checksums(db))).toEqual([]);
    expect((await call(['verify', '--db', db])).code).toBe(0);
    const names = readdirSync(folder).filter((name) => !name.endsWith('-shm') && name !== 'ledger.db-wal');
    expect(names.sort()).toEqual(['ledger.db', `ledger.db${KEPT}`, `ledger.db${KEPT}-wal`, 'ledger.lock.db']);
    expect(query(`${db}${KEPT}`, 'SELECT count(*) AS runs FROM sync_runs')).toEqual([{ runs: 4 }]);
    expect((await call(['sync', '--db', db, '--source', sample(5)], { env: AT })).code).toBe(0);
    expect(query(db, 'PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }]);
    // A second one at the same instant takes nobody's place.
    expect((await call(['restore', copy, '--db', db], { env: AT })).stdout).toContain(`${KEPT}-2.\n`);
  });

  test('the hint where a file is damaged names it, and it mends one whose pages are gone', async () => {
    const { db, copy } = await withStaleLog();
    rmSync(`${db}-wal`);
    const bytes = readFileSync(db);
    writeFileSync(db, bytes.fill(0xa5, 8192));
    const refused = await call(['sync', '--db', db, '--source', sample(4)]);
    expect([refused.code, refused.stderr]).toEqual([5, expect.stringContaining('model-ledger restore FILE')]);
    expect((await call(['restore', copy, '--db', db])).code).toBe(0);
    expect(touched(checksums(copy), checksums(db))).toEqual([]);
    rmSync(db);
    expect(await call(['restore', copy, '--db', db])).toMatchObject({
      code: 0,
      stdout: expect.not.stringContaining('kept as'),
    });
  });

  test('takes in what stands in a log beside the copy', async () => {
    const { db, copy } = await withStaleLog();
    const target = join(newFolder(), 'ledger.db');
    copyFileSync(copy, target);
    expect((await call(['restore', db, '--db', target])).code).toBe(0);
    expect(query(target, 'SELECT count(*) AS runs FROM sync_runs')).toEqual([{ runs: 4 }]);
  });

  test.each<[string, (copy: string, db: string) => void, number, RegExp]>([
    ['missing', (copy) => rmSync(copy), 5, /The copy .* does not exist; nothing was changed./],
    ['empty', (copy) => writeFileSync(copy, ''), 5, /is empty/],
    ['no database', (copy) => writeFileSync(copy, 'text '.repeat(5000)), 5, /not an SQLite database/],
    ['damaged', (copy) => writeFileSync(copy, readFileSync(copy).fill(0xa5, 16384)), 5, /is damaged.*is as before/],
    ['cut off', (copy) => writeFileSync(copy, readFileSync(copy).subarray(0, 65536)), 5, /is damaged.*is as before/],
    [
      "another program's",
      (copy) => {
        rmSync(copy);
        execute(copy, 'CREATE TABLE t (x)');
      },
      5,
      /another program's database/,
    ],
    ['of a newer version', (copy) => void new Database(copy).pragma('user_version = 999'), 5, /newer version/],
    [
      'one whose rows refer to nothing',
      (copy) => {
        execute(copy, 'DELETE FROM models WHERE id = (SELECT model_id FROM change_events LIMIT 1)');
      },
      5,
      /is damaged \(.*refers to a row of models/,
    ],
    [
      'the data file itself',
      (copy, db) => {
        rmSync(copy);
        linkSync(db, copy);
      },
      2,
      /is the data file itself/,
    ],
  ])('refuses a copy that is %s; the file is as before', async (_, spoil, code, words) => {
    const folder = newFolder();
    const db = await ledgerOf(folder, 2);
    const copy = join(newFolder(), 'copy.db');
    copyFileSync(db, copy);
    spoil(copy, db);
    const before = contents(folder);
    const refused = await call(['restore', copy, '--db', db]);
    expect([refused.code, refused.stdout, refused.stderr]).toEqual([code, '', expect.stringMatching(words)]);
    expect(contents(folder)).toEqual(before);
  });

  test('waits for a run, and takes nothing from under one', async () => {
    const folder = newFolder();
    const db = await ledgerOf(folder, 2);
    const copy = join(folder, 'copy.db');
    copyFileSync(db, copy);
    const lock = await acquireLock(db);
    expect(await call(['restore', copy, '--db', db])).toMatchObject({ code: 75, stdout: '' });
    const waiting = call(['restore', copy, '--db', db, '--wait', '120s']);
    lock.release();
    expect((await waiting).code).toBe(0);
  });

  test('without room for it: exit 5, the disk is named, the file is as before', async () => {
    const folder = newFolder();
    const db = await ledgerOf(folder, 3);
    const copy = join(newFolder(), 'copy.db');
    copyFileSync(db, copy);
    const before = contents(folder);
    const script = 'ulimit -f 64; exec "$0" "$@"';
    const args = ['-c', script, process.execPath, CLI, 'restore', copy, '--db', db];
    const exit = await startProcess('bash', args, { input: '' }).exit;
    expect([exit.code, exit.stderr]).toEqual([5, expect.stringMatching(/the disk (?:is full|failed).*is as before/)]);
    expect([contents(folder), existsSync(`${db}.restoring`)]).toEqual([before, false]);
  });

  test('that was killed before its last step is told, and nothing new begins in the place of the file', async () => {
    const { folder, db, copy } = await withStaleLog();
    const link = join(newFolder(), 'link.db');
    symlinkSync(db, link);
    // As exchange() leaves it between its steps.
    copyFileSync(copy, `${db}.restoring`);
    renameSync(db, `${db}${KEPT}`);
    renameSync(`${db}-wal`, `${db}${KEPT}-wal`);
    rmSync(`${db}-shm`, { force: true });
    const before = contents(folder);
    for (const name of [db, link]) {
      for (const args of [['sync', '--source', sample(5)], ['import', 'files', sample(5)], ['prices'], ['verify']]) {
        const { code, stderr } = await call([...args, '--db', name], { env: AT });
        expect([args, code, stderr]).toEqual([args, 5, expect.stringContaining('a restore of it was interrupted')]);
      }
    }
    expect((await call(['restore', `${db}.restoring`, '--db', db], { env: AT })).code).toBe(2);
    expect(contents(folder)).toEqual(before);
    expect((await call(['restore', copy, '--db', db], { env: AT })).code).toBe(0);
    expect((await call(['sync', '--db', db, '--source', sample(5)], { env: AT })).code).toBe(0);
    expect(query(`${db}${KEPT}`, 'SELECT count(*) AS runs FROM sync_runs')).toEqual([{ runs: 4 }]);
  });
});
