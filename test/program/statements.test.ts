import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { call } from './call.ts';
import { compileFaults, hasCompiler, IO_ERROR } from './failing.ts';
import { makeOlder } from './older.ts';
import { checksums, ledgerOf, newFolder, query, run, sample, touched } from './program.ts';

/** What messages say of the state that is left behind, where they could say more than is so. */

const AT = { MODEL_LEDGER_NOW: '2026-07-01T12:00:00.000Z' };
const NOBODY = 'http://127.0.0.1:9/api/v1/models?output_modalities=all';
const failing = compileFaults();

describe('what is said of a state is so', () => {
  test('a dry run keeps no answer, and says so', async () => {
    const folder = newFolder();
    const db = await ledgerOf(folder, 2);
    const before = checksums(db);
    writeFileSync(join(folder, 'bad.json'), '{}');
    const list: unknown = JSON.parse(readFileSync(sample(2), 'utf8'));
    const data: unknown[] = Object(list).data;
    writeFileSync(join(folder, 'few.json'), JSON.stringify({ data: data.slice(0, 5) }));
    for (const [name, status] of [
      ['bad.json', 'rejected'],
      ['few.json', 'held'],
    ]) {
      const args = ['sync', '--dry-run', '--source', join(folder, name ?? ''), '--db', db];
      const { code, stdout, stderr } = await call(args, { env: AT });
      expect([code, stdout.includes(`dry run  ${status}`), stderr]).toEqual([
        4,
        true,
        'A dry run keeps no answer: sync without --dry-run keeps this one for a look.\n',
      ]);
    }
    expect(touched(before, checksums(db))).toEqual([]);
  });

  test.each([
    ['OPENROUTER_API_KEY_FILE', '/nowhere/key', /does not exist; nothing was sent\.\n/],
    ['MODEL_LEDGER_TIMEOUT_MS', 'soon', /; nothing was sent\.\n/],
  ])('where %s cannot be used, not even a file is made', async (name, value, words) => {
    const db = join(newFolder(), 'ledger.db');
    const { code, stderr } = await call(['sync', '--source', NOBODY, '--db', db], { env: { ...AT, [name]: value } });
    expect([code, stderr, existsSync(db)]).toEqual([2, expect.stringMatching(words), false]);
  });

  test('a run that fails after it has brought an older file up to date does not say that nothing changed', async () => {
    const db = await ledgerOf(newFolder(), 2);
    makeOlder(db);
    const scope = ['--scope', 'output_modalities=image'];
    const refused = await call(['sync', '--source', sample(3), ...scope, '--db', db], { env: AT });
    expect([refused.code, refused.stderr]).toEqual([
      2,
      expect.stringContaining('; nothing but the schema was written.'),
    ]);
    makeOlder(db);
    const unheard = await call(['sync', '--source', NOBODY, '--db', db], { env: AT });
    expect([unheard.code, unheard.stderr]).toEqual([
      3,
      expect.stringContaining(' Nothing but the schema was changed.'),
    ]);
    const again = await call(['sync', '--source', NOBODY, '--db', db], { env: AT });
    expect([again.code, again.stderr]).toEqual([3, expect.stringContaining(' Nothing was changed.')]);
    expect(query(db, "SELECT count(*) AS runs FROM sync_runs WHERE status <> 'failed'")).toEqual([{ runs: 2 }]);
  });
});

describe.runIf(hasCompiler)('whichever call fails', () => {
  test('a file of an export that is called as before is, and one that is called new is', async () => {
    const folder = newFolder();
    const db = await ledgerOf(folder, 3);
    const [tables, old] = [join(folder, 'tables'), join(folder, 'old')];
    expect((await call(['export', 'parquet', old, '--db', db])).code).toBe(0);
    expect((await call(['sync', '--source', sample(4), '--db', db], { env: AT })).code).toBe(0);
    const states: string[] = [];
    for (let n = 1; states.at(-1) !== 'new' && n < 20; n += 1) {
      rmSync(tables, { recursive: true, force: true });
      cpSync(old, tables, { recursive: true });
      const env = failing({ FAIL_PATH: '/tables', FAIL_AT: String(n), FAIL_ERRNO: IO_ERROR });
      const { code, stderr } = await run(['export', 'parquet', tables, '--db', db], { env });
      const [, path = '', words = ''] = /(\/\S+\.parquet) could not be written: .*; (.*)\.\n/.exec(stderr) ?? [];
      const isSame = readFileSync(path).equals(readFileSync(path.replace('/tables/', '/old/')));
      states.push(isSame ? 'old' : 'new');
      expect([n, code, words]).toEqual([
        n,
        5,
        isSame ? 'it is as it was before' : 'the new one stands there, but a power cut may bring the old one back',
      ]);
    }
    expect(states.slice(-2)).toEqual(['old', 'new']);
  });

  test('restore names where the old file is wherever it leaves its place', async () => {
    const folder = newFolder();
    const db = await ledgerOf(folder, 3);
    const copy = join(newFolder(), 'copy.db');
    await call(['backup', copy, '--db', db]);
    const before = checksums(db);
    let left = 0;
    for (let n = 1; n < 12; n += 1) {
      const env = { ...AT, ...failing({ FAIL_NAMES: '1', FAIL_AT: String(n), FAIL_ERRNO: IO_ERROR }) };
      const { code, stderr } = await run(['restore', copy, '--db', db], { env });
      const [, kept = db] = /what was there is kept as (\S+\.000Z(?:-\d+)?)/.exec(stderr) ?? [];
      expect([n, code, existsSync(kept)]).toEqual([n, expect.toBeOneOf([0, 5]), true]);
      if (kept !== db) {
        left += 1;
        expect([n, touched(before, checksums(kept))]).toEqual([n, []]);
      }
      if (!existsSync(db)) expect((await call(['restore', copy, '--db', db], { env: AT })).code).toBe(0);
    }
    expect(left).toBeGreaterThan(0);
  });
});
