import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { modelList } from '../upstream/misbehaving.ts';
import { call } from './call.ts';
import { checksums, newFolder, query, touched } from './program.ts';
import { makeRepository } from './repositories.ts';

const list = (n: number): string => modelList(30 + n);
const day = (n: number): string => `2026-07-0${n}T00:00:00.000Z`;

function makeBench() {
  const folder = newFolder();
  const db = join(folder, 'ledger.db');
  const at = async (now: string, ...args: readonly string[]) =>
    await call([...args, '--db', db], { cwd: folder, env: { MODEL_LEDGER_NOW: now } });
  const sync = async (now: string, n: number, ...args: readonly string[]) => {
    writeFileSync(join(folder, 'list.json'), list(n));
    return await at(now, 'sync', '--source', 'list.json', ...args);
  };
  const runs = () =>
    query(db, 'SELECT observed_at AS at, status, error_code AS code, added FROM sync_runs ORDER BY id');
  return { folder, db, at, sync, runs };
}

describe('a snapshot of the future', () => {
  test('is left out of an import and told; a day ahead is a matter of clocks', async () => {
    const { folder, db, at } = makeBench();
    for (const name of ['2036-05-02.json', '2026-07-03.json', '2026-07-01T12.json'])
      writeFileSync(join(folder, name), list(1));
    const exit = await at(day(1), 'import', 'files', '2036-05-02.json', '2026-07-03.json', '2026-07-01T12.json');
    expect(exit).toEqual({
      code: 0,
      stdout: expect.stringContaining('\nLeft out: 2 that are dated in the future.\n'),
      stderr: `Left out 2026-07-03.json: its instant, 2026-07-03T00:00:00.000Z, is in the future.
Left out 2036-05-02.json: its instant, 2036-05-02T00:00:00.000Z, is in the future.
Began a new ledger in ${db}.
`,
    });
    expect(query(db, 'SELECT observed_at AS at FROM sync_runs')).toEqual([{ at: '2026-07-01T12:00:00.000Z' }]);
  });

  test('leaves no file where there is nothing else', async () => {
    const { folder, at } = makeBench();
    writeFileSync(join(folder, '2036-05-02.json'), list(1));
    expect((await at(day(1), 'import', 'files', '.')).stdout).toBe(
      'Nothing new to import.\nLeft out: 1 that are dated in the future.\n',
    );
    expect(readdirSync(folder)).toEqual(['2036-05-02.json']);
  });

  test.each([
    ['9999', 253_402_300_799],
    ['2099', 4_070_908_800],
  ])('in a commit of %s is left out, and everything goes on', async (_, second) => {
    const { folder, db, at, sync } = makeBench();
    const seconds = [Date.parse(day(1)) / 1000, second];
    const repository = makeRepository(
      folder,
      seconds.map((time, n) => ({ at: time, files: { 'm.json': list(n) } })),
    );
    const exit = await at(day(2), 'import', 'git', repository, '--path', 'm.json');
    expect([exit.code, exit.stderr]).toEqual([0, expect.stringMatching(/^Left out m\.json /)]);
    expect((await sync(day(3), 5)).code).toBe(0);
    expect((await at(day(3), 'verify')).code).toBe(0);
    expect((await at(day(3), 'rebuild')).code).toBe(0);
    expect(query(db, 'SELECT observed_at AS at FROM sync_runs')).toEqual([{ at: day(1) }, { at: day(3) }]);
  });

  test('--at in the future is a usage error', async () => {
    const { folder, db, at } = makeBench();
    writeFileSync(join(folder, 'latest.json'), list(1));
    const exit = await at(day(1), 'import', 'files', 'latest.json', '--at', '2026-07-01T00:00:01Z');
    expect([exit.code, exit.stderr]).toEqual([2, expect.stringContaining('is in the future; nothing was imported.')]);
    expect(existsSync(db)).toBe(false);
  });
});

describe('a clock that was ahead', () => {
  test('is said by each sync and by status until it is mended, by one command that loses nothing', async () => {
    const { folder, db, at, sync, runs } = makeBench();
    await sync(day(1), 1);
    await sync('2036-01-01T00:00:00Z', 2);
    const third = await sync(day(3), 3);
    expect([third.code, third.stderr]).toEqual([
      0,
      expect.stringMatching(
        /^The newest list of the data file is dated 2036-01-01T00:00:00\.000Z, .*rebuild --mend-clock./,
      ),
    ]);
    await sync(day(4), 3);
    await sync(day(5), 4);
    expect(runs().map((row) => row.at)).toEqual([day(1), ...[0, 1, 2, 3].map((ms) => `2036-01-01T00:00:00.00${ms}Z`)]);
    const ill = await at(day(6), 'status', '--max-age', '52w');
    expect([ill.code, ill.stdout, ill.stderr]).toEqual([
      1,
      expect.stringMatching(/^clock +The newest list of the data file is dated 2036-01-01T00:00:00\.003Z./m),
      'The record is dated ahead, 2036-01-01T00:00:00.003Z; model-ledger rebuild --mend-clock mends it.\n',
    ]);
    const before = checksums(db);
    const mended = await at(day(6), 'rebuild', '--mend-clock');
    expect([mended.code, mended.stdout]).toEqual([
      0,
      `Dated by when they ended: 3 runs.
Left out, because nobody knows when they were observed: 1 run. Their answers are kept:
  model-ledger snapshot --run 2  (file:list.json, dated 2036-01-01T00:00:00.000Z)
The tables were made anew from the archive.
`,
    ]);
    expect(runs()).toEqual([
      { at: day(1), status: 'changed', code: null, added: 31 },
      { at: day(6), status: 'rejected', code: 'in_the_future', added: 0 },
      { at: day(3), status: 'changed', code: null, added: 2 },
      { at: day(4), status: 'unchanged', code: null, added: 0 },
      { at: day(5), status: 'changed', code: null, added: 1 },
    ]);
    expect((await at(day(6), 'snapshot', '--run', '2')).stdout).toBe(list(2));
    expect((await at(day(6), 'verify')).code).toBe(0);
    expect((await at(day(6), 'status', '--max-age', '2d')).code).toBe(0);
    expect((await sync(day(7), 6)).stderr).toBe('');
    const [copy = ''] = readdirSync(folder).filter((name) => name.startsWith('ledger.db.before-mend-'));
    expect(touched(before, checksums(join(folder, copy)))).toEqual([]);
    expect((await at(day(7), 'rebuild', '--mend-clock')).stdout).toContain('Nothing is dated later than now.');
  });

  test('an imported list of the future is left out by the command, and the live runs behind it get their days', async () => {
    const { folder, at, sync, runs } = makeBench();
    writeFileSync(join(folder, '2036-05-02.json'), list(1));
    await at('2036-06-01T00:00:00Z', 'import', 'files', '2036-05-02.json');
    await sync(day(1), 2);
    expect((await at(day(2), 'rebuild', '--mend-clock')).code).toBe(0);
    expect(runs()).toEqual([
      { at: day(2), status: 'rejected', code: 'in_the_future', added: 0 },
      { at: day(1), status: 'changed', code: null, added: 32 },
    ]);
    expect((await at(day(2), 'verify')).code).toBe(0);
  });

  test('a clock that is behind is not mended by taking the record back', async () => {
    const { at, sync, db } = makeBench();
    for (let n = 0; n < 12; n += 1) await sync(`2026-07-01T${String(n).padStart(2, '0')}:00:00Z`, n % 3);
    const exit = await at('2026-01-01T00:00:00Z', 'rebuild', '--mend-clock');
    expect([exit.code, exit.stderr]).toEqual([
      2,
      expect.stringMatching(/12 of 12 runs ended later than .*nothing was written\.\n.*Set the clock/),
    ]);
    expect(query(db, 'SELECT count(*) AS n FROM sync_runs WHERE observed_at > 2026')).toEqual([{ n: 12 }]);
  });

  test('--max-age measures by when the last good run ended', async () => {
    const { folder, at, sync } = makeBench();
    await sync(day(1), 1);
    writeFileSync(join(folder, '2026-06-01.json'), list(0));
    await at(day(5), 'import', 'files', '2026-06-01.json');
    expect((await at(day(5), 'status', '--max-age', '3d')).code).toBe(1);
    writeFileSync(join(folder, '2026-07-02.json'), list(2));
    await at(day(5), 'import', 'files', '2026-07-02.json');
    expect((await at(day(5), 'status', '--max-age', '3h')).code).toBe(0);
  });
});
