import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { spread } from '../thorough.ts';
import { answer, type Step } from '../upstream/misbehaving.ts';

import { callsOf, compileFaults, DISK_FULL, hasCompiler, IO_ERROR } from './failing.ts';
import { pipeIn } from './namedPipe.ts';
import { makeOlder } from './older.ts';

import {
  CLI,
  checksums,
  type Exit,
  ledgerOf,
  newFolder,
  query,
  run,
  sample,
  serve,
  start,
  startProcess,
  touched,
} from './program.ts';

const AT = { MODEL_LEDGER_NOW: '2026-07-01T12:00:00.000Z' };
const failing = compileFaults();

/** One sync with a write to the data file that goes wrong. */
async function syncWith(db: string, faults: Record<string, string>): Promise<Exit & { calls: number }> {
  const env = { ...AT, ...failing(faults) };
  const exit = await run(['sync', '--db', db, '--source', sample(5)], { env });
  return { ...exit, calls: callsOf(exit) };
}

/** Every nth write of a run, as the numbers of the calls. */
function some(calls: number, step: number): number[] {
  return Array.from({ length: Math.ceil(calls / step) }, (_, i) => i * step + 1);
}

/** How a run ended whose writes go wrong: what is none of the three right ways stands there as it was. */
function ending({ code, stderr }: Exit): string {
  if (code === null) return 'killed';
  if (code === 0) return 'done';
  return code === 5 && /the disk (?:is full|failed)/.test(stderr) ? 'the disk' : `exit ${code}: ${stderr}`;
}

describe.runIf(hasCompiler)('whichever write of a run goes wrong, the file is as before it or as after it', () => {
  const KINDS: readonly (readonly [string, number, Record<string, string>])[] = [
    ['the process is killed there', 5, { FAIL_KILL: '1' }],
    ['the disk is full from there on', 11, { FAIL_ERRNO: DISK_FULL, FAIL_STICKY: '1' }],
    ['the disk is full just then', 13, { FAIL_ERRNO: DISK_FULL }],
    ['the disk fails just then', 17, { FAIL_ERRNO: IO_ERROR }],
  ];
  const KILLED = ['killed, before', 'killed, after'];
  const FAILED = ['the disk, before', 'the disk, after', 'done, after'];
  test.each(KINDS)('%s', async (_, step, faults) => {
    const right = 'FAIL_KILL' in faults ? KILLED : FAILED;
    const folder = newFolder();
    const db = await ledgerOf(folder, 3);
    const before = checksums(db);
    copyFileSync(db, join(folder, 'base.db'));
    const { calls } = await syncWith(db, {});
    const after = checksums(db);
    expect([touched(before, after).includes('change_events'), calls > 100]).toEqual([true, true]);
    const endings = new Set<string>();
    for (const n of spread(some(calls, step), 3)) {
      for (const name of [`${db}-wal`, `${db}-shm`]) rmSync(name, { force: true });
      copyFileSync(join(folder, 'base.db'), db);
      const exit = await syncWith(db, { ...faults, FAIL_AT: String(n) });
      const now = checksums(db);
      const isNew = touched(after, now).length === 0;
      const state = isNew ? 'after' : touched(before, now).length === 0 ? 'before' : 'neither';
      const ended = `${ending(exit)}, ${state}`;
      endings.add(ended);
      expect([n, ended]).toEqual([n, expect.toBeOneOf(right)]);
      const again = await run(['sync', '--db', db, '--source', sample(5)], { env: AT });
      expect([n, again.code, touched(after, checksums(db))]).toEqual([n, 0, isNew ? ['sync_runs'] : []]);
    }
    expect([...endings]).toContain(right[0]);
    expect(query(db, 'PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }]);
  });

  test('so too for the first run, which makes the file', async () => {
    const folder = newFolder();
    const { calls } = await syncWith(join(folder, 'ledger.db'), {});
    const after = checksums(join(folder, 'ledger.db'));
    for (const n of spread(some(calls, 23), 3)) {
      const db = join(folder, String(n), 'ledger.db');
      mkdirSync(join(folder, String(n)));
      await syncWith(db, { FAIL_KILL: '1', FAIL_AT: String(n) });
      const again = await run(['sync', '--db', db, '--source', sample(5)], { env: AT });
      const left = touched(after, checksums(db)).filter((name) => name !== '__drizzle_migrations');
      expect([n, again.code, left.filter((name) => name !== 'sync_runs')]).toEqual([n, 0, []]);
    }
  });
});

describe.runIf(hasCompiler)(
  'whatever writes when the disk is full, the file is as before or as after, and the words are true',
  () => {
    const KINDS: readonly (readonly [string, string, readonly string[]])[] = [
      ['import', '/ledger.db', ['import', 'files', '2026-05-01T06.json', '2026-06-30T06.json']],
      ['rebuild', '/ledger.db', ['rebuild']],
      ['backup', '/copy.db', ['backup', 'copy.db']],
      ['restore', '/ledger.db', ['restore', 'other.db']],
    ];
    test.each(KINDS)('%s', async (name, path, args) => {
      const folder = newFolder();
      const db = await ledgerOf(folder, 3);
      const base = readFileSync(db);
      copyFileSync(db, join(folder, 'other.db'));
      await run(['sync', '--db', join(folder, 'other.db'), '--source', sample(4)], { env: AT });
      copyFileSync(sample(6), join(folder, '2026-05-01T06.json'));
      copyFileSync(sample(5), join(folder, '2026-06-30T06.json'));
      const before = checksums(db);
      const attempt = async (n: number) => {
        for (const file of [`${db}-wal`, `${db}-shm`, join(folder, 'copy.db')]) rmSync(file, { force: true });
        writeFileSync(db, base);
        const faults = { FAIL_AT: String(n), FAIL_ERRNO: DISK_FULL, FAIL_STICKY: '1' };
        const env = { ...AT, ...failing({ FAIL_PATH: path, ...(n > 0 ? faults : {}) }) };
        return await run([...args, '--db', db], { cwd: folder, env });
      };
      const clean = await attempt(0);
      const after = checksums(db);
      const calls = callsOf(clean);
      expect([clean.code, calls > 3]).toEqual([0, true]);
      for (const n of [1, 3, Math.ceil(calls / 3), Math.ceil((calls * 2) / 3), calls - 1]) {
        const exit = await attempt(n);
        const now = checksums(db);
        const isBefore = touched(before, now).length === 0;
        const isAfter = touched(after, now).every((table) => table === 'sync_runs' && name === 'import');
        const state = isAfter && (exit.code === 0 || !isBefore) ? 'after' : isBefore ? 'before' : 'neither';
        const claim = /nothing was|as before(?! this or)/.test(exit.stderr) ? 'as before' : 'nothing';
        expect([n, `${ending(exit)}, ${state}, and says ${claim}`]).toEqual([
          n,
          expect.toBeOneOf([
            'done, after, and says nothing',
            'the disk, after, and says nothing',
            'the disk, before, and says nothing',
            'the disk, before, and says as before',
          ]),
        ]);
        expect([n, exit.stderr]).toEqual([n, expect.not.stringMatching(/\n {4}at |should not/)]);
        // What was not finished stands nowhere as if it were.
        expect([n, existsSync(join(folder, 'copy.db'))]).toEqual([n, name === 'backup' && exit.code === 0]);
      }
    });
  },
);

describe.runIf(hasCompiler)(
  'whichever call of a migration fails, the file is the old one or the new one, and the words tell which',
  () => {
    const KINDS: readonly (readonly [string, number, Record<string, string>])[] = [
      ['the disk is full from there on', 53, { FAIL_ERRNO: DISK_FULL, FAIL_STICKY: '1' }],
      ['a write fails', 61, { FAIL_ERRNO: IO_ERROR }],
      ['a read fails', 41, { FAIL_ERRNO: IO_ERROR, FAIL_READS: '1' }],
      ['a file is not opened, renamed or removed', 2, { FAIL_ERRNO: IO_ERROR, FAIL_NAMES: '1' }],
    ];
    test.each(KINDS)('%s', async (_, step, faults) => {
      const folder = newFolder();
      const db = await ledgerOf(folder, 3);
      makeOlder(db);
      const base = readFileSync(db);
      const before = checksums(db);
      const version = (): unknown => query(db, 'PRAGMA user_version')[0]?.user_version;
      const attempt = async (n: number) => {
        for (const suffix of ['-wal', '-shm', '.schema-1.bak']) rmSync(db + suffix, { force: true });
        writeFileSync(db, base);
        return await syncWith(db, { ...faults, FAIL_AT: String(n) });
      };
      const { calls } = await attempt(0);
      expect(calls).toBeGreaterThan(8);
      for (const n of spread(some(calls, step), 3)) {
        const { code, stderr } = await attempt(n);
        const isOld = version() === 1;
        expect([n, code, isOld && code === 0]).toEqual([n, expect.toBeOneOf([0, 5]), false]);
        expect([n, stderr]).toEqual([n, expect.not.stringMatching(/\n {4}at |should not/)]);
        if (isOld) expect([n, touched(before, checksums(db))]).toEqual([n, []]);
        if (/as it was|nothing was written/.test(stderr)) expect([n, isOld]).toEqual([n, true]);
        if (/nothing of this run/.test(stderr)) expect([n, isOld]).toEqual([n, false]);
        // It refuses an older file, so it must not be named as what tells.
        if (/model-ledger status/.test(stderr)) expect([n, isOld]).toEqual([n, false]);
        const untold =
          code === 5 &&
          !/as it was|nothing (?:of this run )?was written|as before (?:this|its migration) or/.test(stderr);
        // Where SQLite does not so much as open the file there is no more to say.
        if (untold)
          expect([n, stderr, isOld]).toEqual([
            n,
            expect.stringMatching(/ledger\.db: (?:it cannot be opened|the disk failed)/),
            true,
          ]);
        expect([n, existsSync(`${db}.schema-1.bak.partial`)]).toEqual([n, false]);
      }
      expect((await attempt(0)).code).toBe(0);
      expect((await run(['verify', '--db', db])).code).toBe(0);
    });
  },
);

describe.runIf(hasCompiler)('where the disk is full at the place that a command writes to', () => {
  const LOG = Array.from({ length: 20 }, (_, i) =>
    JSON.stringify({ model: 'mistralai/mistral-nemo', prompt_tokens: 400 + i, characters: 1600 + 5 * i }),
  ).join('\n');
  const KINDS: readonly (readonly [string, readonly string[]])[] = [
    ['copy.db', ['backup', '--force', 'copy.db']],
    ['other.db', ['restore', 'ledger.db', '--db', 'other.db']],
    ['tables', ['export', 'parquet', 'tables']],
    ['pages', ['site', 'pages']],
    ['ledger.tokens.json', ['calibrate', 'log.jsonl']],
  ];
  test.each(KINDS)('%s: the error names it, and what was there before is there still', async (place, args) => {
    const folder = newFolder();
    const db = await ledgerOf(folder, 2);
    writeFileSync(join(folder, 'log.jsonl'), LOG);
    copyFileSync(db, join(folder, 'other.db'));
    const attempt = async (faults: Record<string, string>) => {
      const env = { ...AT, MODEL_LEDGER_DB: db, ...failing({ FAIL_PATH: place, ...faults }) };
      return await run(args, { cwd: folder, env });
    };
    const clean = await attempt({});
    expect([clean.code, clean.stderr]).toEqual([0, expect.stringMatching(/^calls \d+$/m)]);
    const calls = callsOf(clean);
    await run(['sync', '--db', db, '--source', sample(3)], { env: AT });
    const before = filesBelow(folder);
    for (const n of new Set([1, Math.ceil(calls / 4)])) {
      const exit = await attempt({ FAIL_AT: `${n}`, FAIL_ERRNO: DISK_FULL, FAIL_STICKY: '1' });
      expect([n, exit.code, exit.stderr]).toEqual([n, 5, expect.stringContaining(place)]);
      expect([n, exit.stderr]).toEqual([n, expect.not.stringMatching(/\bledger\.db(?!-)/)]);
      const after = filesBelow(folder);
      // A table or a page is the old one or the new one, whole, and there is no draft of one.
      expect([n, [...after.keys()].filter((name) => !before.has(name))]).toEqual([n, []]);
      expect([n, [...before].filter(([name, { length }]) => length > 0 && !after.get(name)?.length)]).toEqual([n, []]);
      if (place.endsWith('.db')) expect([n, after]).toEqual([n, before]);
    }
  });
});

test('an import from git sweeps what a killed one has left in the folder for temporary files', async () => {
  const folder = newFolder();
  const ended = startProcess(process.execPath, ['-e', '0']);
  await ended.exit;
  const [left, own] = [`model-ledger-${ended.child.pid}-clone`, `model-ledger-${process.pid}-clone`];
  for (const name of [left, own]) mkdirSync(join(folder, name));
  const exit = await run(['import', 'git', folder, '--path', 'x', '--db', 'x.db'], {
    cwd: folder,
    env: { TMPDIR: folder },
  });
  expect([exit.code, existsSync(join(folder, left)), existsSync(join(folder, own))]).toEqual([2, false, true]);
});

/** Every file below a folder but those that SQLite and the lock keep beside a database. */
function filesBelow(folder: string): ReadonlyMap<string, Buffer> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return new Map(
    names
      .filter((name) => statSync(join(folder, name)).isFile() && !/-(?:shm|wal|journal)$|\.lock\.db/.test(name))
      .map((name) => [name, readFileSync(join(folder, name))]),
  );
}

describe.runIf(hasCompiler)('where the log cannot be moved into the file after the commit', () => {
  test.each([DISK_FULL, IO_ERROR])('error %s: success, a warning, and the next run moves it', async (errno) => {
    const folder = newFolder();
    const db = await ledgerOf(folder, 3);
    copyFileSync(db, join(folder, 'base.db'));
    await syncWith(db, {});
    const after = checksums(db);
    for (const name of [`${db}-wal`, `${db}-shm`]) rmSync(name, { force: true });
    copyFileSync(join(folder, 'base.db'), db);
    const faults = { FAIL_NOT: 'ledger.db-', FAIL_AT: '1', FAIL_STICKY: '1', FAIL_ERRNO: errno };
    const exit = await syncWith(db, faults);
    expect([exit.code, exit.stderr]).toEqual([
      0,
      expect.stringMatching(
        /the disk (?:is full|failed) .*\. What was recorded is safe in the log beside it \(.*-wal\)/,
      ),
    ]);
    expect([statSync(`${db}-wal`).size > 0, touched(after, checksums(db))]).toEqual([true, []]);
    // A run that can record nothing says nothing else of the log.
    const full = await syncWith(db, { FAIL_NOT: '-shm', FAIL_AT: '1', FAIL_STICKY: '1', FAIL_ERRNO: errno });
    expect([full.code, full.stderr]).toEqual([5, expect.not.stringMatching(/\ball is recorded\b/i)]);
    const again = await run(['sync', '--db', db, '--source', sample(5)], { env: AT });
    expect([again.code, statSync(`${db}-wal`).size, touched(after, checksums(db))]).toEqual([0, 0, ['sync_runs']]);
  });
});

test('a run that waits for what never comes is no success, and leaves the file as it was', async () => {
  const db = await ledgerOf(newFolder(), 1);
  const before = checksums(db);
  const preload = join(import.meta.dirname, 'neverEnds.mjs');
  const args = ['--import', preload, CLI, 'sync', '--db', db, '--source', '-'];
  const { code, stdout, stderr } = await startProcess(process.execPath, args, { input: '' }).exit;
  expect([code, stdout, stderr.includes('it ended in the middle')]).toEqual([13, '', true]);
  expect(touched(before, checksums(db))).toEqual([]);
});

describe('a file that may not grow', () => {
  test.each([8, 64, 160])('beyond %i KiB: exit 5, the disk is named, the file as before', async (kib) => {
    const db = await ledgerOf(newFolder(), 3);
    const before = checksums(db);
    const script = `ulimit -f ${kib}; exec "$0" "$@"`;
    const args = ['-c', script, process.execPath, CLI, 'sync', '--db', db, '--source', sample(5)];
    const exit = await startProcess('bash', args, { input: '' }).exit;
    const state = touched(before, checksums(db)).length === 0 ? 'before' : 'after';
    expect(`${ending(exit)}, ${state}`).toBe('the disk, before');
    expect((await run(['sync', '--db', db, '--source', sample(5)])).code).toBe(0);
  });
});

describe('what is no ledger is refused with exit 5 and left as it is, with nothing beside it', () => {
  const page = (file: string, number: number, bytes: Buffer): void => {
    const sqlite = new Database(file);
    const size = Number(sqlite.pragma('page_size', { simple: true }));
    sqlite.close();
    execFileSync('dd', [`of=${file}`, 'bs=1', `seek=${size * (number - 1)}`, 'conv=notrunc', 'status=none'], {
      input: bytes,
    });
  };
  test.each<[string, (file: string) => void, RegExp]>([
    [
      'text',
      (file) => writeFileSync(file, 'not a database, but long enough to be looked at '.repeat(50)),
      /not an SQLite database/,
    ],
    ['a folder', (file) => mkdirSync(file), /cannot be opened|is a folder/],
    [
      "another program's database",
      (file) => new Database(file).exec('CREATE TABLE t (x); INSERT INTO t VALUES (1)').close(),
      /is another program's database; nothing was written./,
    ],
    [
      "another program's database with a log",
      (file) =>
        new Database(file).exec('PRAGMA journal_mode = WAL; CREATE TABLE t (x); INSERT INTO t VALUES (1)').close(),
      /is another program's database; nothing was written./,
    ],
    [
      'a file of a newer version',
      (file) =>
        new Database(file)
          .exec(
            'PRAGMA application_id = 0x6d6c6564; PRAGMA journal_mode = WAL; PRAGMA user_version = 999; CREATE TABLE t (x)',
          )
          .close(),
      /newer version .*schema 999.*\n.*Upgrade/,
    ],
    ['a named pipe', (file) => void pipeIn(dirname(file), basename(file)), /is no regular file/],
    [
      'a link to a text',
      (file) => {
        copyFileSync(sample(1), join(dirname(file), 'list.json'));
        symlinkSync('list.json', file);
      },
      /not an SQLite database/,
    ],
  ])('%s', async (_, make, words) => {
    const folder = newFolder();
    const db = join(folder, 'ledger.db');
    make(db);
    const look = (): object => [
      readdirSync(folder),
      statSync(db).isFile() ? readFileSync(db, 'latin1') : statSync(db).mode,
    ];
    const before = look();
    for (const args of [
      ['sync', '--source', sample(1)],
      ['sync', '--dry-run', '--source', sample(1)],
      ['import', 'files', sample(1)],
      ['import', 'endpoints', sample(1)],
      ['endpoints', 'sync', '--source', 'http://127.0.0.1:9/'],
      ['rebuild'],
      ['sql', 'SELECT 1'],
      ['verify'],
      ['snapshot'],
      ['prices'],
      ['backup', join(folder, 'copy.db')],
    ]) {
      const refused = await run([...args, '--db', db]);
      expect([args, refused.code, refused.stdout, refused.stderr]).toEqual([args, 5, '', expect.stringMatching(words)]);
      expect([args, look()]).toEqual([args, before]);
    }
    const restored = await run(['restore', db, '--db', join(folder, 'other.db')]);
    expect([restored.code, restored.stderr]).toEqual([5, expect.stringMatching(words)]);
    expect([(await run(['demo', '--db', db])).code, look()]).toEqual([2, before]);
  });

  test('a ledger with damaged pages: no stack, no success that is none', async () => {
    const folder = newFolder();
    const db = await ledgerOf(folder, 3);
    const pages = statSync(db).size / 8192;
    for (let number = 2; number <= pages; number += 1) page(db, number, Buffer.alloc(8192, 0xa5));
    const commands = [['sync', '--source', sample(4)], ['prices'], ['snapshot'], ['rebuild']];
    commands.push(['export', 'parquet', join(folder, 'tables')], ['site', join(folder, 'pages')]);
    for (const args of commands) {
      const refused = await run([...args, '--db', db]);
      expect([args, refused.code, refused.stderr]).toEqual([args, 5, expect.stringMatching(/the file is damaged/)]);
    }
    const verified = await run(['verify', '--db', db]);
    expect([verified.code, verified.stdout + verified.stderr]).toEqual([
      expect.toBeOneOf([1, 5]),
      expect.stringMatching(/malformed|damaged/),
    ]);
  });

  test('a folder that does not exist', async () => {
    const exit = await run(['sync', '--db', join(newFolder(), 'no/ledger.db'), '--source', sample(1)]);
    expect([exit.code, exit.stderr]).toEqual([5, expect.stringMatching(/its folder does not exist/)]);
  });

  test('a folder that takes no files', async () => {
    const exit = await run(['sync', '--db', '/proc/ledger.db', '--source', sample(1)]);
    expect([exit.code, exit.stderr]).toEqual([
      5,
      expect.stringMatching(/^model-ledger: \/proc\/ledger\.lock\.db: it cannot be opened/),
    ]);
  });
});

describe('a file that is not in its place any more', () => {
  test.each<[string, (db: string) => void]>([
    ['moved away', (db) => renameSync(db, `${db}.old`)],
    [
      'replaced by a copy',
      (db) => {
        copyFileSync(db, `${db}.copy`);
        renameSync(`${db}.copy`, db);
      },
    ],
  ])('%s during a run: exit 5, nothing written', async (_, move) => {
    const folder = newFolder();
    const db = await ledgerOf(folder, 3);
    const before = checksums(db);
    let reply = (): void => {};
    let asked = (): void => {};
    const isAsked = new Promise<void>((resolve) => {
      asked = resolve;
    });
    const step: Step = (...request) => {
      reply = () => answer()(...request);
      asked();
    };
    const { url } = await serve(step);
    const running = start(['sync', '--accept', '--db', db, '--source', url.href], { input: '' });
    await isAsked;
    move(db);
    reply();
    const exit = await running.exit;
    expect([exit.code, exit.stdout, exit.stderr]).toEqual([
      5,
      '',
      expect.stringMatching(/was moved or replaced while it was open; nothing was written./),
    ]);
    const left = existsSync(db) ? db : `${db}.old`;
    expect(touched(before, checksums(left))).toEqual([]);
  });
});
