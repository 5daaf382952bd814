import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, cpSync, existsSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { newFolder, run, sample } from './program.ts';

const ROOT = join(import.meta.dirname, '../..');
const DRIVER = Number.parseInt(process.versions.node, 10) < 22 ? 'better-sqlite3' : 'better-sqlite3-napi';
const AT = { MODEL_LEDGER_NOW: '2026-05-20T07:00:00.000Z' };

/** An account that owns nothing; only root can start a process of another account. */
const NOBODY = 65_534;
const isRoot = process.getuid?.() === 0;
if (!isRoot) console.info('not root: what an account reads that may not write is left out of this run');
const hasClient = spawnSync('sqlite3', ['--version']).status === 0;
if (!hasClient) console.info('no sqlite3: only the driver stands for other SQLite clients in this run');

const MODEL = 'qwen/qwen3.6-plus';
const COMMANDS: readonly (readonly string[])[] = [
  ['changes', '--all', '--json'],
  ['show', MODEL],
  ['prices', '--json'],
  ['diff', '2026-05-01T07:00', '2026-05-20T07:00'],
  ['cost', MODEL, '--prompt-tokens', '1000', '--completion-tokens', '100'],
  ['sql', 'SELECT * FROM sync_runs'],
  ['snapshot', '--at', '2026-05-03'],
  ['status', '--json'],
  ['config'],
  ['verify'],
];
const QUESTION = 'SELECT sum(attempts) AS n FROM sync_runs';

/** The program, where another account can read it, and a file with three runs. */
let home: string;
let template: string;
let answers: readonly Answer[];
/** The folder of this test, with a copy of that file. */
let folder: string;
let db: string;

interface Answer {
  readonly args: readonly string[];
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

beforeAll(async () => {
  home = newFolder((clean) => afterAll(clean));
  template = newFolder((clean) => afterAll(clean));
  for (const n of [1, 3, 5]) {
    const args = ['sync', '--db', join(template, 'ledger.db'), '--source', sample(n)];
    expect((await run(args, { env: clockOf(n) })).code).toBe(0);
  }
  for (const part of ['dist', 'migrations']) cpSync(join(ROOT, part), join(home, part), { recursive: true });
  cpSync(join(ROOT, 'package.json'), join(home, 'package.json'));
  const driver = dirname(createRequire(join(ROOT, 'package.json')).resolve(`${DRIVER}/package.json`));
  for (const part of ['lib', 'package.json', 'build/Release/better_sqlite3.node', 'prebuilds']) {
    if (existsSync(join(driver, part)))
      cpSync(join(driver, part), join(home, 'node_modules', DRIVER, part), { recursive: true });
  }
  for (const name of ['bindings', 'file-uri-to-path']) {
    const path = join(ROOT, 'node_modules', name);
    if (existsSync(path)) cpSync(path, join(home, 'node_modules', name), { recursive: true });
  }
  execFileSync('chmod', ['-R', 'a+rX', home]);
  folder = template;
  answers = await askEverything(process.getuid?.());
  expect(answers.map(({ status, stdout }) => [status, stdout !== ''])).toEqual(COMMANDS.map(() => [0, true]));
});

beforeEach(() => {
  folder = newFolder();
  cpSync(template, folder, { recursive: true });
  chmodSync(folder, 0o755);
  db = join(folder, 'ledger.db');
});

function clockOf(n: number): Record<string, string> {
  const day = sample(n).slice(-'2026-05-01T06-00-00Z.json'.length).slice(0, 10);
  return { MODEL_LEDGER_NOW: `${day}T06:00:00.000Z` };
}

async function askEverything(uid: number | undefined, file = 'ledger.db'): Promise<Answer[]> {
  return await Promise.all(COMMANDS.map(async (args) => ({ args, ...(await runAs(uid, [...args, '--db', file])) })));
}

async function runAs(uid: number | undefined, args: readonly string[]): Promise<Omit<Answer, 'args'>> {
  const child = spawn(process.execPath, [join(home, 'dist/cli.js'), ...args], {
    cwd: folder,
    ...(uid === undefined ? {} : { uid, gid: uid }),
    env: { PATH: process.env.PATH ?? '', HOME: '/nonexistent', TZ: 'UTC', ...AT },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { status: child.exitCode, stdout, stderr };
}

/** What other programs say to one question: the driver by itself, and the command line of SQLite. */
function askClients(file: string): string[] {
  const program = `const D=require(${JSON.stringify(join(home, 'node_modules', DRIVER))});
    console.log(new D(${JSON.stringify(file)},{readonly:true}).prepare(${JSON.stringify(QUESTION)}).get().n)`;
  const as = { uid: NOBODY, gid: NOBODY, encoding: 'utf8', cwd: home } as const;
  const client = [
    ['-readonly', file, QUESTION],
    [file, QUESTION],
  ];
  const said = [
    spawnSync(process.execPath, ['-e', program], as),
    ...(hasClient ? client.map((args) => spawnSync('sqlite3', args, as)) : []),
  ];
  return [...new Set(said.map(({ stdout, stderr }) => stdout + stderr))];
}

/** Commits one more attempt and dies at once, its log not emptied. */
function dieWhileWriting(): void {
  const program = `const db=new (require(${JSON.stringify(join(home, 'node_modules', DRIVER))}))(${JSON.stringify(db)});
    db.exec('UPDATE sync_runs SET attempts = attempts + 1 WHERE id = 1');
    process.kill(process.pid, 'SIGKILL')`;
  expect(spawnSync(process.execPath, ['-e', program], { cwd: home }).signal).toBe('SIGKILL');
  expect(statSync(`${db}-wal`).size).toBeGreaterThan(0);
}

test('the log and its index stay beside the file when a run ends, emptied and with the rights of the file', () => {
  const mode = statSync(db).mode;
  expect([statSync(`${db}-wal`).size, statSync(`${db}-wal`).mode, statSync(`${db}-shm`).mode]).toEqual([0, mode, mode]);
});

describe.runIf(isRoot)('an account that may read but not write', () => {
  test('gets every answer when a run has ended', async () => {
    expect(await askEverything(NOBODY)).toEqual(answers);
    expect(askClients(db)).toEqual(['3\n']);
  });

  test('gets every answer while a run writes', async () => {
    const writer = new Database(db);
    try {
      writer.exec('BEGIN IMMEDIATE; DELETE FROM change_events');
      expect(await askEverything(NOBODY)).toEqual(answers);
      expect(askClients(db)).toEqual(['3\n']);
    } finally {
      writer.close();
    }
  });

  test('gets every answer when a run was killed', async () => {
    dieWhileWriting();
    expect(askClients(db)).toEqual(['4\n']);
    expect(await askEverything(NOBODY)).toEqual(await askEverything(0));
  });

  test('gets every answer of this program where the log and its index are gone', async () => {
    for (const ending of ['-wal', '-shm']) rmSync(db + ending);
    expect(await askEverything(NOBODY)).toEqual(answers);
    expect(existsSync(`${db}-shm`)).toBe(false);
  });

  test('gets the newest answer of this program where a killed run has left a log whose index is gone', async () => {
    dieWhileWriting();
    rmSync(`${db}-shm`);
    expect(await runAs(NOBODY, ['sql', '--csv', QUESTION, '--db', db])).toEqual({
      status: 0,
      stdout: 'n\r\n4\r\n',
      stderr: '',
    });
    expect(existsSync(`${db}-shm`)).toBe(false);
  });

  test('reads a backup with any client, alone in a folder', async () => {
    const copies = newFolder();
    chmodSync(copies, 0o755);
    expect((await run(['backup', '--plain', join(copies, 'ledger.db'), '--db', db])).code).toBe(0);
    expect(askClients(join(copies, 'ledger.db'))).toEqual(['3\n']);
    folder = copies;
    const asBefore = ({ args }: Answer): boolean => args[0] !== 'status';
    expect((await askEverything(NOBODY)).filter(asBefore)).toEqual(answers.filter(asBefore));
  });
});

test('a backup is one file that needs no log', async () => {
  const copy = join(folder, 'copy.db');
  expect((await run(['backup', copy, '--db', db])).code).toBe(0);
  // Bytes 18 and 19 of the header: 1 is a file that needs no log, 2 one that does.
  expect([...readFileSync(copy).subarray(18, 20)]).toEqual([1, 1]);
});

test('a run neither waits for a reader nor disturbs it', async () => {
  const reader = new Database(db, { readonly: true });
  const runs = reader.prepare('SELECT count(*) AS n FROM sync_runs');
  try {
    reader.exec('BEGIN');
    expect(runs.get()).toEqual({ n: 3 });
    expect((await run(['sync', '--db', db, '--source', sample(6)], { env: clockOf(6) })).code).toBe(0);
    expect(runs.get()).toEqual({ n: 3 });
    reader.exec('COMMIT');
    expect(runs.get()).toEqual({ n: 4 });
  } finally {
    reader.close();
  }
});
