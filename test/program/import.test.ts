import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { modelList } from '../upstream/misbehaving.ts';
import { call } from './call.ts';
import { checksums, newFolder, query, type Row, run, sample, start, touched } from './program.ts';
import { type Commit, FIRST_COMMIT, makeRepository, scrapedVersions } from './repositories.ts';

const PATH = process.env.PATH ?? '';
const git = (repository: string, args: readonly string[], input?: string): string =>
  execFileSync('git', ['-C', repository, ...args], {
    encoding: 'utf8',
    env: { PATH, HOME: '/nonexistent' },
    ...(input === undefined ? {} : { input }),
  });

const at = (hours: number): number => FIRST_COMMIT + hours * 3600;
const instant = (hours: number): string => new Date(at(hours) * 1000).toISOString();
const list = (n: number): string => modelList(30 + n);
const runs = (db: string): Row[] => query(db, 'SELECT observed_at, status FROM sync_runs ORDER BY observed_at');

/** Three hourly versions of a file of this name. */
const three = (name: string): Commit[] => [0, 1, 2].map((n) => ({ at: at(n), files: { [name]: list(n) } }));
const THREE = [0, 1, 2].map((n) => ({ observed_at: instant(n), status: 'changed' }));

describe('import git', () => {
  test('reads a work tree, a bare repository and a bundle alike, and leaves them as they are', async () => {
    const folder = newFolder();
    const bare = makeRepository(folder, scrapedVersions(40));
    git(folder, ['clone', '--quiet', bare, 'tree']);
    git(bare, ['bundle', 'create', '--quiet', join(folder, 'all.bundle'), 'main']);
    const tree = join(folder, 'tree');
    writeFileSync(join(tree, 'models.json'), 'changed by hand');
    const sums: Record<string, string>[] = [];
    for (const from of [bare, tree, join(folder, 'all.bundle')]) {
      const db = join(folder, `${sums.length}.db`);
      const exit = await call(['import', 'git', from, '--path', 'models.json', '--db', db], {
        env: { MODEL_LEDGER_NOW: '2026-07-01T00:00:00Z' },
      });
      expect([exit.code, exit.stderr]).toEqual([0, `Began a new ledger in ${db}.\n`]);
      expect(exit.stdout).toMatch(/^Imported 40 snapshots, 2026-03-01T00:00:00\.000Z to 2026-03-02T15:00:00\.000Z: /);
      expect(query(db, 'SELECT status, count(*) AS n FROM sync_runs GROUP BY 1')).toEqual([
        { status: 'changed', n: 36 },
        { status: 'rejected', n: 4 },
      ]);
      expect(query(db, 'SELECT DISTINCT source FROM sync_runs')).toEqual([{ source: `git:${from}` }]);
      sums.push(checksums(db));
    }
    expect(sums.slice(1).map((sum) => touched(sums[0] ?? {}, sum))).toEqual([['sync_runs'], ['sync_runs']]);
    expect(readFileSync(join(tree, 'models.json'), 'utf8')).toBe('changed by hand');
  });

  test('without a folder for temporary files fails with what to do, and one read in place does not need it', async () => {
    const folder = newFolder();
    const bare = makeRepository(folder, scrapedVersions(2));
    git(bare, ['bundle', 'create', '--quiet', join(folder, 'all.bundle'), 'main']);
    const env = { TMPDIR: join(folder, 'none') };
    const db = join(folder, 'ledger.db');
    const imported = (from: string) => run(['import', 'git', from, '--path', 'models.json', '--db', db], { env });
    const exit = await imported(join(folder, 'all.bundle'));
    const [message, hint] = exit.stderr.trim().split('\n');
    expect([exit.code, exit.stdout, message?.split(' (ENOENT')[0], hint?.trim(), existsSync(db)]).toEqual([
      5,
      '',
      `model-ledger: The folder for temporary files, ${env.TMPDIR}, cannot be used`,
      'Make room in it, or name another one, as TMPDIR=/var/tmp does.',
      false,
    ]);
    expect((await imported(bare)).code).toBe(0);
  });

  test('half-written versions and merge markers are rejected runs with their reason, and stop nothing', async () => {
    const folder = newFolder();
    const db = join(folder, 'ledger.db');
    const repository = makeRepository(folder, scrapedVersions(30));
    const exit = await call(['import', 'git', repository, '--path', 'models.json', '--db', db]);
    expect([exit.code, exit.stdout.split('\n').filter((line) => line.startsWith('  '))]).toEqual([
      0,
      [
        expect.stringMatching(/^ {2}2026-03-01T09:00:00\.000Z rejected: The answer ends in the middle/),
        expect.stringMatching(
          /^ {2}2026-03-01T11:00:00\.000Z rejected: Merge markers stand in what should be a model list./,
        ),
        expect.stringMatching(/^ {2}2026-03-02T02:00:00\.000Z rejected: The answer ends in the middle/),
      ],
    ]);
    const again = await call(['import', 'git', repository, '--path', 'models.json', '--db', db]);
    expect([again.code, again.stdout]).toEqual([0, 'Nothing new to import.\nThere already: 30 snapshots.\n']);
    expect((await call(['verify', '--db', db])).code).toBe(0);
  });

  test('a file is followed through its renames', async () => {
    const folder = newFolder();
    const db = join(folder, 'ledger.db');
    const repository = makeRepository(folder, [
      { at: at(0), files: { 'old.json': list(0) } },
      { at: at(1), files: { 'old.json': list(1) } },
      { at: at(2), renames: [['old.json', 'data/new.json']], files: { README: 'moved' } },
      { at: at(3), files: { 'data/new.json': list(3) } },
    ]);
    expect((await call(['import', 'git', repository, '--path', 'data/new.json', '--db', db])).code).toBe(0);
    expect(runs(db)).toEqual([
      { observed_at: instant(0), status: 'changed' },
      { observed_at: instant(1), status: 'changed' },
      { observed_at: instant(2), status: 'unchanged' },
      { observed_at: instant(3), status: 'changed' },
    ]);
  });

  test.each([
    '--upload-pack=touch owned',
    '-x',
    '$(touch owned)',
    '`touch owned`',
    "it's; touch owned",
    'a "b" c',
    'line\nbreak',
    ':(glob)*',
    '*.json',
    '1772323200',
    ':100644 100644 0000000000000000000000000000000000000001 0000000000000000000000000000000000000002 M',
  ])('a file and a repository called %j are but names', async (name) => {
    const folder = newFolder();
    const repository = makeRepository(folder, three(name));
    renameSync(repository, join(folder, name));
    const exit = await call(['import', 'git', '--db', 'ledger.db', `--path=${name}`, '--', name], { cwd: folder });
    expect([exit.code, exit.stderr]).toEqual([0, 'Began a new ledger in ledger.db.\n']);
    expect(runs(join(folder, 'ledger.db'))).toEqual(THREE);
    expect(readdirSync(folder).filter((entry) => entry === 'owned')).toEqual([]);
    expect(exit.stdout.split('\n').slice(0, -1).join('')).not.toMatch(/[\p{Cc}]/u);
  });

  test("a repository's own configuration runs nothing and hides nothing", async () => {
    const folder = newFolder();
    const repository = makeRepository(folder, three('models.json'));
    const script = join(folder, 'evil');
    writeFileSync(script, `#!/bin/sh\ntouch "${join(folder, 'owned')}"\n`, { mode: 0o755 });
    const tip = git(repository, ['cat-file', 'commit', 'main']);
    const signature = 'gpgsig -----BEGIN PGP SIGNATURE-----\n \n iQ==\n -----END PGP SIGNATURE-----\n';
    const signed = git(
      repository,
      ['hash-object', '-t', 'commit', '-w', '--stdin'],
      tip.replace(/^(committer .*\n)/m, `$1${signature}`),
    );
    git(repository, ['update-ref', 'refs/heads/main', signed.trim()]);
    appendFileSync(
      join(repository, 'config'),
      `[log]\n\tshowSignature = true\n\tshowRoot = false\n[gpg]\n\tprogram = ${script}\n[core]\n\tfsmonitor = ${script}\n\tpager = ${script}\n\tsshCommand = ${script}\n[diff]\n\texternal = ${script}\n\trelative = true\n\trenames = false\n[pager]\n\tlog = ${script}\n[color]\n\tui = always\n[format]\n\tpretty = raw\n`,
    );
    const db = join(folder, 'ledger.db');
    expect((await call(['import', 'git', repository, '--path', 'models.json', '--db', db])).code).toBe(0);
    expect([runs(db), existsSync(join(folder, 'owned'))]).toEqual([THREE, false]);
  });

  test('an object that a repository promises but lacks is not fetched', async () => {
    const folder = newFolder();
    const repository = makeRepository(folder, three('models.json'));
    const script = join(folder, 'evil');
    writeFileSync(script, `#!/bin/sh\ntouch "${join(folder, 'owned')}"\n`, { mode: 0o755 });
    const tree = git(repository, ['mktree', '--missing'], `100644 blob ${'1'.repeat(40)}\tmodels.json\n`).trim();
    const author = ['-c', 'user.name=scraper', '-c', 'user.email=scraper@localhost'];
    const tip = git(repository, [...author, 'commit-tree', '-p', 'main', '-m', 'x', tree]).trim();
    git(repository, ['update-ref', 'refs/heads/main', tip]);
    appendFileSync(
      join(repository, 'config'),
      `[extensions]\n\tpartialClone = origin\n[remote "origin"]\n\turl = file://${repository}\n\tpromisor = true\n\tuploadpack = ${script}\n`,
    );
    execFileSync('git', ['-C', repository, 'config', 'core.repositoryformatversion', '1']);
    const exit = await call(['import', 'git', repository, '--path', 'models.json', '--db', join(folder, 'ledger.db')]);
    expect([exit.code, existsSync(join(folder, 'owned'))]).toEqual([0, false]);
    expect(exit.stderr).toMatch(
      /^Left out models\.json of \S+: its content is not in this repository, .*partial clone/,
    );
    expect(runs(join(folder, 'ledger.db'))).toEqual(THREE);
  });

  test('commits out of order, at one instant, or at no time that can be written', async () => {
    const folder = newFolder();
    const db = join(folder, 'ledger.db');
    const repository = makeRepository(folder, [
      { at: at(2), files: { 'models.json': list(2) } },
      { at: at(0), files: { 'models.json': list(0) } },
      { at: at(0), files: { 'models.json': list(1) } },
      { at: '99999999999999', files: { 'models.json': list(4) } },
      { at: '300000000000', files: { 'models.json': list(5) } },
      { at: at(3), files: { 'models.json': list(3) } },
    ]);
    const exit = await call(['import', 'git', repository, '--path', 'models.json', '--db', db]);
    const leftOut = exit.stderr
      .replace(/commit [0-9a-f]{12}/g, 'commit X')
      .split('\n')
      .slice(0, -1);
    expect([exit.code, leftOut]).toEqual([
      0,
      [
        'Left out models.json in commit X: its commit is of the second 99999999999999, which no calendar has.',
        'Left out models.json in commit X: its commit is of the second 300000000000, which no calendar has.',
        `Left out models.json of ${instant(0)}: the branch has another version of the same second.`,
        `Began a new ledger in ${db}.`,
      ],
    ]);
    expect(query(db, 'SELECT model_count AS n FROM sync_runs ORDER BY observed_at')).toEqual([
      { n: 31 },
      { n: 32 },
      { n: 33 },
    ]);
    expect(runs(db)).toEqual([0, 2, 3].map((n) => ({ observed_at: instant(n), status: 'changed' })));
    expect((await call(['verify', '--db', db])).code).toBe(0);
  });

  test.each<[string, (folder: string) => string, RegExp]>([
    ['a repository that is not there', () => 'nowhere', /nowhere does not exist; nothing was imported./],
    ['a folder that is none', (folder) => folder, /Git could not read the repository|has no version of/],
    ['a file that is no bundle', () => sample(1), /is a file, and no git bundle; nothing was imported./],
    [
      'a repository without that file',
      (folder) => makeRepository(folder, three('other.json')),
      /has no version of models\.json on branch main; nothing was imported.\n {2}Give --path .* On branch main there is other\.json\./,
    ],
    ['a repository without commits', (folder) => makeRepository(folder, []), /has no commits; nothing was imported./],
  ])('%s is exit 2, in words', async (_, make, words) => {
    const folder = newFolder();
    const from = make(folder);
    const exit = await call(['import', 'git', from, '--path', 'models.json', '--db', join(folder, 'ledger.db')], {
      cwd: folder,
      env: { GIT_CEILING_DIRECTORIES: '/' },
    });
    expect([exit.code, exit.stdout, exit.stderr]).toEqual([2, '', expect.stringMatching(words)]);
    expect(exit.stderr).not.toMatch(/should not happen/);
  });

  test('without git on the machine: exit 2, and what to do', async () => {
    const folder = newFolder();
    const repository = makeRepository(folder, three('models.json'));
    const exit = await call(['import', 'git', repository, '--path', 'models.json', '--db', join(folder, 'ledger.db')], {
      env: { PATH: folder },
    });
    expect([exit.code, exit.stderr]).toEqual([2, expect.stringMatching(/Git is not installed.*\n.*Install git./)]);
  });
});

describe('import files', () => {
  const NAMES: readonly (readonly [string, string])[] = [
    ['2026-03-01.json', '2026-03-01T00:00:00.000Z'],
    ['models-2026-03-02T06-00-00Z.json', '2026-03-02T06:00:00.000Z'],
    ['20260303T060000Z.json', '2026-03-03T06:00:00.000Z'],
    ['20260304060000.json', '2026-03-04T06:00:00.000Z'],
    ['202603050600.json', '2026-03-05T06:00:00.000Z'],
    ['models_2026-03-06_06-00.json', '2026-03-06T06:00:00.000Z'],
    ['1772863200.json', '2026-03-07T06:00:00.000Z'],
    ['openrouter.1772949600123.json', '2026-03-08T06:00:00.123Z'],
    ['2026-03-09T08:00:00+02:00.json', '2026-03-09T06:00:00.000Z'],
    ['2026-03-10 06.00.00.json', '2026-03-10T06:00:00.000Z'],
    ['2026.03.11.json', '2026-03-11T00:00:00.000Z'],
  ];

  test('reads folders and files, plain and .gz, their instants from their names; the undated are told and left out', async () => {
    const folder = newFolder();
    const saved = join(folder, 'saved');
    mkdirSync(join(saved, 'deep/er'), { recursive: true });
    NAMES.forEach(([name], n) => {
      const [file, body] = n % 2 === 0 ? [name, list(n)] : [`deep/er/${name}.gz`, gzipSync(list(n))];
      writeFileSync(join(saved, file), body);
    });
    writeFileSync(join(saved, 'latest.json'), list(99));
    writeFileSync(join(saved, 'notes-2026-03-01.md'), 'no list');
    symlinkSync(saved, join(saved, 'deep/loop'));
    const db = join(folder, 'ledger.db');
    const exit = await call(['import', 'files', saved, '--db', db]);
    expect([exit.code, exit.stderr]).toEqual([
      0,
      `Left out ${join(saved, 'deep/loop')}: a link to a folder, which is not followed.
Left out ${join(saved, 'latest.json')}: its name tells no instant.
Left out ${join(saved, 'notes-2026-03-01.md')}: neither its name nor its beginning is that of a saved list.
Began a new ledger in ${db}.
`,
    ]);
    expect(runs(db)).toEqual(NAMES.map(([, observed_at]) => ({ observed_at, status: 'changed' })));
    expect(query(db, 'SELECT source FROM sync_runs ORDER BY observed_at LIMIT 2')).toEqual([
      { source: 'file:2026-03-01.json' },
      { source: 'file:models-2026-03-02T06-00-00Z.json.gz' },
    ]);
  });

  test('--at dates a file whose name does not; without it that is exit 2', async () => {
    const folder = newFolder();
    const db = join(folder, 'ledger.db');
    writeFileSync(join(folder, 'latest.json'), list(0));
    const undated = await call(['import', 'files', join(folder, 'latest.json'), '--db', db]);
    expect([undated.code, undated.stderr]).toEqual([
      2,
      expect.stringMatching(/tells no instant; nothing was imported.\n.*--at/),
    ]);
    const dated = await call(['import', 'files', join(folder, 'latest.json'), '--db', db, '--at', '2026-03-01T06:00'], {
      env: { TZ: 'Asia/Tokyo' },
    });
    expect([dated.code, runs(db)]).toEqual([0, [{ observed_at: '2026-03-01T06:00:00.000Z', status: 'changed' }]]);
  });

  test('broken files are rejected runs and do not stop the others', async () => {
    const folder = newFolder();
    const db = join(folder, 'ledger.db');
    const saved = join(folder, 'saved');
    mkdirSync(saved);
    const whole = gzipSync(list(1));
    const bodies: [string, string | Buffer][] = [
      ['2026-03-01.json', list(0)],
      ['2026-03-02.json', ''],
      ['2026-03-03.json', list(1).slice(0, 999)],
      ['2026-03-04.json.gz', whole.subarray(0, 300)],
      ['2026-03-05.json.gz', 'not gzip at all'],
      ['2026-03-06.json.gz', ''],
      ['2026-03-07.html', '<html>Bad gateway</html>'],
      ['2026-03-08.json.gz', whole],
    ];
    for (const [name, body] of bodies) writeFileSync(join(saved, name), body);
    const exit = await call(['import', 'files', saved, '--db', db]);
    expect([exit.code, exit.stderr]).toEqual([0, expect.not.stringContaining('should not happen')]);
    expect(runs(db).map(({ status }) => status)).toEqual([
      'changed',
      ...Array.from({ length: 6 }, () => 'rejected'),
      'changed',
    ]);
    expect((await call(['verify', '--db', db])).code).toBe(0);
    expect((await call(['import', 'files', saved, '--db', db])).stdout).toMatch(/There already: 8 snapshots/);
  });

  test('another body at an instant that the ledger has is told and left out', async () => {
    const folder = newFolder();
    const db = join(folder, 'ledger.db');
    for (const [name, n] of [
      ['a-2026-03-01.json', 0],
      ['b-2026-03-01.json', 1],
    ] as const)
      writeFileSync(join(folder, name), list(n));
    await call(['import', 'files', join(folder, 'a-2026-03-01.json'), '--db', db]);
    const before = checksums(db);
    const exit = await call(['import', 'files', join(folder, 'b-2026-03-01.json'), '--db', db]);
    expect([exit.code, exit.stdout]).toEqual([
      0,
      expect.stringMatching(/Left out: 1 whose instant the ledger has with another body \(2026-03-01T00:00:00\.000Z\)/),
    ]);
    expect(touched(before, checksums(db))).toEqual([]);
  });

  test('lists of text models before the file covers all are taken, later ones are left out and counted', async () => {
    const folder = newFolder();
    const db = join(folder, 'ledger.db');
    for (const n of [1, 2, 3]) writeFileSync(join(folder, `2026-03-0${n}.json`), list(n));
    await call(['import', 'files', join(folder, '2026-03-02.json'), '--db', db, '--scope', 'output_modalities=all']);
    const exit = await call([
      'import',
      'files',
      join(folder, '2026-03-01.json'),
      join(folder, '2026-03-03.json'),
      '--db',
      db,
    ]);
    expect([exit.code, exit.stdout]).toEqual([
      0,
      expect.stringContaining('Left out: 1 that would narrow the list from all models to text models.'),
    ]);
    expect(query(db, 'SELECT observed_at, scope, added FROM sync_runs ORDER BY observed_at')).toEqual([
      { observed_at: '2026-03-01T00:00:00.000Z', scope: 'output_modalities=text', added: 31 },
      { observed_at: '2026-03-02T00:00:00.000Z', scope: 'output_modalities=all', added: 1 },
    ]);
    expect((await call(['verify', '--db', db])).code).toBe(0);
  });

  test('a list of all models that is believed only later leaves later lists of text models out, and counts them', async () => {
    const folder = newFolder();
    const db = join(folder, 'ledger.db');
    for (const [n, size] of [40, 20, 41].entries())
      writeFileSync(join(folder, `2026-03-0${n + 1}.json`), modelList(size));
    const put = (n: number, ...more: readonly string[]) =>
      call(['import', 'files', join(folder, `2026-03-0${n}.json`), '--db', db, ...more]);
    const ALL = ['--scope', 'output_modalities=all'];
    await put(1);
    await put(2, ...ALL);
    await put(3);
    expect(runs(db).map(({ status }) => status)).toEqual(['changed', 'held', 'changed']);
    const { code, stdout } = await put(2, ...ALL, '--accept');
    expect([code, stdout.split('\n').slice(1, -1)]).toEqual([
      0,
      [
        'There already: 1 snapshot.',
        'Believed: 1 that were held.',
        'Left out: 1 that would narrow the list from all models to text models.',
      ],
    ]);
    expect(runs(db).map(({ status }) => status)).toEqual(['changed', 'changed']);
    expect((await call(['verify', '--db', db])).code).toBe(0);
  });

  test('a list of all models from before a sync of text models is left out, though that one was held', async () => {
    const folder = newFolder();
    const db = join(folder, 'ledger.db');
    for (const [n, size] of [40, 41, 20].entries())
      writeFileSync(join(folder, `2026-03-0${n + 1}.json`), modelList(size));
    const file = (n: number): string => join(folder, `2026-03-0${n}.json`);
    const sync = (n: number) =>
      call(['sync', '--source', file(n), '--db', db], { env: { MODEL_LEDGER_NOW: `2026-03-0${n}T00:00:00Z` } });
    expect([(await sync(1)).code, (await sync(3)).code]).toEqual([0, 4]);
    const before = checksums(db);
    const exit = await call(['import', 'files', file(2), '--db', db, '--scope', 'output_modalities=all']);
    expect([exit.code, exit.stdout]).toEqual([
      0,
      expect.stringContaining('Left out: 1 that would narrow the list from all models to text models.'),
    ]);
    expect(touched(before, checksums(db))).toEqual([]);
  });

  test('--json is one document', async () => {
    const folder = newFolder();
    const exit = await call(['import', 'files', sample(1), sample(2), '--json', '--db', join(folder, 'ledger.db')]);
    expect(JSON.parse(exit.stdout)).toMatchObject({
      known: 0,
      conflicts: [],
      narrower: 0,
      isStopped: false,
      imported: { runs: 2, statuses: { changed: 1, unchanged: 1 }, events: { added: 41 } },
    });
  });
});

describe('a signal', () => {
  const until = async (isSo: () => boolean): Promise<void> => {
    while (!isSo()) await setTimeout(5);
  };

  test('is seen while bodies come faster than they are recorded', async () => {
    const folder = newFolder();
    const commits = Array.from({ length: 3000 }, (_, n) => ({
      at: at(n),
      files: { 'models.json': modelList(30 + (n % 7)) },
    }));
    const db = join(folder, 'ledger.db');
    const importing = start(['import', 'git', makeRepository(folder, commits), '--path', 'models.json', '--db', db]);
    await until(() => existsSync(db) && query(db, "SELECT 1 FROM sqlite_schema WHERE name = 'models'").length > 0);
    await until(() => query(db, 'SELECT 1 FROM sync_runs LIMIT 1').length > 0);
    importing.child.kill('SIGTERM');
    const { code, stdout } = await importing.exit;
    expect([code, stdout]).toEqual([
      143,
      expect.stringMatching(/\nStopped; the same import goes on where it stopped\.\n$/),
    ]);
  });

  test('ends an import whose git hangs and will not end', async () => {
    const folder = newFolder();
    const hangs = join(folder, 'hangs');
    const loop = `trap "" TERM; echo $$ > "${hangs}"; while :; do sleep 0.1; done`;
    const { args, env, db } = importWith(folder, loop);
    const importing = start(args, { env });
    await until(() => existsSync(hangs) && readFileSync(hangs, 'utf8') !== '');
    const pid = Number(readFileSync(hangs, 'utf8'));
    importing.child.kill('SIGTERM');
    expect(await importing.exit).toEqual({
      code: 143,
      stdout: '',
      stderr: 'model-ledger: Stopped; nothing is half done.\n',
    });
    expect(existsSync(db)).toBe(false);
    await until(() => !existsSync(`/proc/${pid}`) || /^State:\tZ/m.test(readFileSync(`/proc/${pid}/status`, 'utf8')));
  });
});

/** An import whose `git cat-file` is this piece of a shell script. */
function importWith(folder: string, catFile: string, commits = three('models.json')) {
  const repository = makeRepository(folder, commits);
  const real = execFileSync('which', ['git'], { encoding: 'utf8' }).trim();
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  const script = `#!/bin/sh\nreal="${real}"\ncase "$*" in *cat-file*) ${catFile};; esac\nexec "${real}" "$@"\n`;
  writeFileSync(join(bin, 'git'), script, { mode: 0o755 });
  const db = join(folder, 'ledger.db');
  return {
    db,
    args: ['import', 'git', repository, '--path', 'models.json', '--db', db],
    env: { PATH: `${bin}:${PATH}` },
  };
}

test.each([
  [
    'an object larger than any list',
    'while read name; do echo "$name blob 99999999999"; done; exit 0',
    /^Left out models\.json of \S+: is larger than 67108864 bytes, which no list is.\n(?:.*\n)*.*No version of models\.json can be taken/,
  ],
  [
    'words that are no object',
    'echo nonsense; exec sleep 60',
    /^model-ledger: Git could not read the repository: nonsense.\n/,
  ],
  [
    'its complaint',
    'echo "hint: try" >&2; echo "fatal: no luck" >&2; printf "\\tand more\\n" >&2; exit 128',
    /^model-ledger: Git could not read the repository: fatal: no luck.\n/,
  ],
  [
    'its complaint only when it is to read',
    'case "$*" in *batch-check*) ;; *) echo "fatal: no luck" >&2; exit 128;; esac',
    /^Left out models\.json of \S+: object [0-9a-f]{40}: fatal: no luck.\nLeft out [^\n]*\nmodel-ledger: Git could not read the repository: object [0-9a-f]{40}: fatal: no luck\.\n/,
  ],
  [
    'its complaint in several lines',
    'case "$*" in *batch-check*) ;; *) printf "error: no data\\nfatal: no luck\\n" >&2; exit 128;; esac',
    /^Left out models\.json of \S+: object [0-9a-f]{40}: error: no data; fatal: no luck\.\nLeft out [^\n]*\nmodel-ledger: Git could not read the repository: object [0-9a-f]{40}: error: no data; fatal: no luck\.\n/,
  ],
])('a git that answers with %s ends the import in words', async (_, catFile, words) => {
  const { args, env, db } = importWith(newFolder(), catFile);
  const { code, stdout, stderr } = await call(args, { env });
  expect([code, stdout, stderr]).toEqual([2, '', expect.stringMatching(words)]);
  expect(existsSync(db)).toBe(false);
});

test('a git that fails in the middle: what was read before is recorded, and the same import goes on', async () => {
  const folder = newFolder();
  const state = join(folder, 'state');
  const once = `*batch-check*) ;; *) if [ -e "${state}" ]; then echo "fatal: no luck" >&2; exit 128; fi; touch "${state}"; read name; echo "$name" | "$real" "$@"; exit 0`;
  const commits = [0, 1, 2, 3, 4, 5].map((n) => ({ at: at(n), files: { 'models.json': list(n) } }));
  const { args, env, db } = importWith(folder, `case "$*" in ${once};; esac`, commits);
  const { code, stderr } = await call(args, { env });
  expect([code, stderr.split('\n').at(-2)]).toEqual([
    2,
    '  Import again once git can read it: what was read before stays, and the import goes on from there.',
  ]);
  expect(runs(db)).toEqual([{ observed_at: instant(0), status: 'changed' }]);
  expect((await call(args)).stdout).toMatch(/^Imported 5 snapshots,/);
  expect((await call(['verify', '--db', db])).code).toBe(0);
});
