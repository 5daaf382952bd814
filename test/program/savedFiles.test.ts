import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { modelList } from '../upstream/misbehaving.ts';
import { call } from './call.ts';
import { newFolder, query, type Row } from './program.ts';

const list = (n: number): string => modelList(30 + n);
const runs = (db: string): Row[] => query(db, 'SELECT observed_at AS at, model_count AS n FROM sync_runs ORDER BY 1');
const at = (day: number): string => `2026-05-0${day}T00:00:00.000Z`;

function makeFolder(files: Readonly<Record<string, string | Buffer>>) {
  const folder = newFolder();
  const saved = join(folder, 'saved');
  for (const [name, body] of Object.entries(files)) {
    mkdirSync(join(saved, name, '..'), { recursive: true });
    writeFileSync(join(saved, name), body);
  }
  const db = join(folder, 'ledger.db');
  const importSaved = async (...args: readonly string[]) =>
    await call(['import', 'files', 'saved', '--db', 'ledger.db', ...args], { cwd: folder });
  return { folder, saved, db, importSaved };
}

describe('what is read', () => {
  test('links to files, gzip and Brotli, UTF-16 and marks, other names and none', async () => {
    const { saved, db, importSaved, folder } = makeFolder({
      '2026-05-01.json': gzipSync(list(1)),
      '2026-05-02.json': Buffer.from(`\ufeff${list(2)}`, 'utf16le'),
      '2026-05-03.json': Buffer.from(`\ufeff${list(3)}`, 'utf16le').swap16(),
      '2026-05-04.json': `\ufeff${list(4)}`,
      '2026-05-05.json.br': brotliCompressSync(list(5)),
      '2026-05-06': list(6),
      '2026-05-07.jsonl': list(7),
      '2026-05-08.data.gz': gzipSync(list(8)),
    });
    writeFileSync(join(folder, 'stored'), list(9));
    symlinkSync('../stored', join(saved, '2026-05-09.json'));
    expect(await importSaved()).toMatchObject({ code: 0, stderr: 'Began a new ledger in ledger.db.\n' });
    expect(runs(db)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9].map((n) => ({ at: at(n), n: 30 + n })));
    expect(query(db, 'SELECT count(*) AS n FROM models WHERE name IS NULL')).toEqual([{ n: 0 }]);
  });

  test('folders that tell the day and names that tell the hour', async () => {
    const { db, importSaved } = makeFolder({
      '2026/05/01/06.json': list(1),
      '2026-05-02/0630.json': list(2),
      'year=2026/month=05/day=03/hour=06/models.json': list(3),
      'archive-2025-01-01/2026-05-04T06.json': list(4),
    });
    expect((await importSaved()).stderr).toBe('Began a new ledger in ledger.db.\n');
    expect(runs(db).map((row) => row.at)).toEqual([
      '2026-05-01T06:00:00.000Z',
      '2026-05-02T06:30:00.000Z',
      '2026-05-03T06:00:00.000Z',
      '2026-05-04T06:00:00.000Z',
    ]);
  });
});

describe('what is not read', () => {
  test('is named with its reason, also where nothing else was done, and leaves no file', async () => {
    const { folder, saved, importSaved } = makeFolder({
      '2026-05-01.json.xz': Buffer.from('fd377a585a000004', 'hex'),
      '2026-05-02.json': Buffer.from('28b52ffd0458', 'hex'),
      '2026-05-03.zip': 'PK\x03\x04',
      '2026-05-04.json': 'version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 1\n',
      '2026-05-05.json.dvc': 'outs:\n- md5: 1\n  path: 2026-05-05.json\n',
      '2026-05-06.csv': 'id,price\n',
      '2026-05-07T25.json': list(1),
      'latest.json': list(1),
      '.hidden/2026-05-08.json': list(1),
    });
    symlinkSync('nowhere', join(saved, '2026-05-09.json'));
    symlinkSync('.', join(saved, 'loop'));
    const foreign = (words: string, tool: string): string =>
      `is ${words}, which is not read here: unpack it first (${tool})`;
    const reasons: readonly (readonly [string, string])[] = [
      ['.hidden', 'a hidden folder'],
      ['2026-05-01.json.xz', foreign('compressed with xz', 'xz -d')],
      ['2026-05-03.zip', foreign('a zip archive', 'unzip')],
      ['2026-05-05.json.dvc', 'is a DVC pointer, not the list itself (dvc pull fetches it)'],
      ['2026-05-06.csv', 'neither its name nor its beginning is that of a saved list'],
      ['2026-05-07T25.json', 'its name says "T25" beside the date, which may be a time and cannot be read'],
      ['2026-05-09.json', 'a link to a file that is not there'],
      ['latest.json', 'its name tells no instant'],
      ['loop', 'a link to a folder, which is not followed'],
      ['2026-05-02.json', foreign('compressed with zstd', 'zstd -d')],
      ['2026-05-04.json', 'is a Git LFS pointer, not the list itself (git lfs pull fetches it)'],
    ];
    expect(await importSaved()).toEqual({
      code: 4,
      stdout: 'Nothing new to import.\nLeft out: 2 that cannot be read.\n',
      stderr: reasons.map(([name, reason]) => `Left out saved/${name}: ${reason}.\n`).join(''),
    });
    expect(readdirSync(folder)).toEqual(['saved']);
  });

  test('is counted where there is much of it, and whole in --json', async () => {
    const files = Object.fromEntries(Array.from({ length: 15 }, (_, n) => [`list-${n + 10}.json`, list(0)]));
    const { importSaved } = makeFolder({ ...files, '2026-05-01.json': list(1) });
    const exit = await importSaved('--json');
    expect(exit.stderr.split('\n').slice(9)).toEqual([
      'Left out saved/list-19.json: its name tells no instant.',
      'Began a new ledger in ledger.db.',
      'Left out 5 more: its name tells no instant.',
      'Left out 15 in all.',
      '',
    ]);
    expect(JSON.parse(exit.stdout).leftOut).toHaveLength(15);
  });

  test('a file of the same instant as another of the import is told with both names', async () => {
    const { importSaved } = makeFolder({ 'a/2026-05-01.json': list(1), 'b/2026-05-01.json': list(2) });
    expect(await importSaved()).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('\nLeft out: 1 of an instant at which another one of these was taken.\n'),
      stderr: expect.stringContaining(
        'Left out saved/b/2026-05-01.json: its instant is that of saved/a/2026-05-01.json too, with another body.\n',
      ),
    });
  });

  test('a file that cannot be read costs itself alone', async () => {
    const { saved, db, importSaved } = makeFolder({ '2026-05-02.json': list(2) });
    // Opens, and gives an error at the first byte.
    symlinkSync('/proc/self/mem', join(saved, '2026-05-01.json'));
    expect((await importSaved()).stderr).toContain('Left out saved/2026-05-01.json: it cannot be read (EIO).\n');
    expect(runs(db)).toEqual([{ at: at(2), n: 32 }]);
  });
});

describe('a sparse history', () => {
  const SPARSE = Object.fromEntries([0, 16, 32].map((gone, n) => [`2026-0${n + 1}-01.json`, sparse(gone)]));

  /** Eighty models of which some have given way to others. */
  function sparse(gone: number): string {
    const entry = (n: number) => ({ id: `acme/m-${n}`, name: `M ${n}`, pricing: { prompt: '0.000001' } });
    return JSON.stringify({ data: Array.from({ length: 80 }, (_, n) => entry(n + gone)) });
  }

  test('is held and says how it is believed; --accept believes it, at once or afterwards, with the same tables', async () => {
    const first = makeFolder(SPARSE);
    const held = await first.importSaved();
    expect([held.code, held.stdout.split('\n').filter((line) => line.includes('held:'))]).toEqual([
      0,
      ['2026-02-01', '2026-03-01'].map((day) => expect.stringMatching(`^  ${day}.* held: .*--accept believes it$`)),
    ]);
    const believed = await first.importSaved('--accept');
    expect([believed.code, believed.stdout]).toEqual([
      0,
      'Nothing new to import.\nThere already: 3 snapshots.\nBelieved: 2 that were held.\n',
    ]);
    const second = makeFolder(SPARSE);
    expect((await second.importSaved('--accept')).stdout).toMatch(/^Imported 3 snapshots, .*: 3 changed\.\n/);
    const events = 'SELECT model_id, type, observed_at, previous_observed_at FROM change_events ORDER BY 3, 1, 2';
    expect(query(first.db, events)).toEqual(query(second.db, events));
    expect(query(first.db, 'SELECT status, added, removed FROM sync_runs ORDER BY observed_at')).toEqual([
      { status: 'changed', added: 80, removed: 0 },
      { status: 'changed', added: 16, removed: 16 },
      { status: 'changed', added: 16, removed: 16 },
    ]);
    for (const { db } of [first, second]) expect((await call(['verify', '--db', db])).code).toBe(0);
  });
});
