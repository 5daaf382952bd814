import { type ChildProcessByStdio, execFileSync, spawn, spawnSync } from 'node:child_process';
import { hash } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, cpSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { endpointOf, Upstream } from '../endpoints/world.ts';
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
/** Every command that only reads; what it writes goes into the folder that one stands in. */
const READING: Readonly<Record<string, readonly (readonly string[])[]>> = {
  changes: [['--all', '--json']],
  show: [[MODEL]],
  prices: [['--json'], ['--at', '2026-05-02', '--csv']],
  providers: [[MODEL, '--json']],
  diff: [['2026-05-01T07:00', '2026-05-20T07:00']],
  cost: [[MODEL, '--prompt-tokens', '1000', '--completion-tokens', '100', '--providers']],
  tokens: [['text.txt']],
  sql: [['SELECT * FROM sync_runs'], ['SELECT * FROM endpoint_prices']],
  snapshot: [['--at', '2026-05-03']],
  status: [['--json']],
  config: [[]],
  verify: [[]],
  backup: [['copy.db']],
  export: [['parquet', 'tables']],
  site: [['pages']],
  serve: [['--port', '0', '--log-format', 'text']],
  __complete: [['--', 'show', 'q']],
};
const NO_DATA_FILE = ['__complete'];
/** What `serve` is asked for. */
const PAGES = ['/', '/changes', '/api/v1/models', `/api/v1/models/${MODEL}/endpoints`, `/models/${MODEL}`, '/healthz'];
/** The others: they write to the data file, or do not look into it. */
const OTHERS = ['sync', 'endpoints', 'import', 'rebuild', 'restore', 'daemon', 'calibrate', 'schedule', 'demo'].concat(
  'completion',
  'help',
);
const COMMANDS = Object.entries(READING).flatMap(([name, asked]) => asked.map((args) => [name, ...args]));
/** What the library answers, all of it. */
const LIBRARY = `
  const { openLedger } = await import(process.argv[1]);
  const now = () => new Date(process.env.MODEL_LEDGER_NOW);
  const ledger = openLedger(process.argv[2], { now });
  const changes = [];
  for await (const change of ledger.changes()) changes.push(change);
  const at = '2026-05-03';
  const bill = await ledger.bill('${MODEL}', { promptTokens: 1000, completionTokens: 100 }, at);
  console.log(JSON.stringify([changes, await ledger.modelAt('${MODEL}'), await ledger.listAt(at), bill]));
  ledger.close();`;
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
  /** What it wrote, by name. */
  readonly files: Readonly<Record<string, string>>;
}

beforeAll(async () => {
  home = newFolder(afterAll);
  template = newFolder(afterAll);
  for (const n of [1, 3, 5]) {
    const args = ['sync', '--db', join(template, 'ledger.db'), '--source', sample(n)];
    expect((await run(args, { env: clockOf(n) })).code).toBe(0);
  }
  const upstream = await Upstream.start(afterAll);
  upstream.models.set(MODEL, [endpointOf('P', '0.000001'), endpointOf('Q', '0.000002')]);
  const sweep = ['endpoints', 'sync', '--db', join(template, 'ledger.db'), '--source', upstream.url, '--model', MODEL];
  expect((await run(sweep, { env: clockOf(5) })).code).toBe(0);
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
  expect(answers.map(({ args, status, stdout, files }) => [args, status, stdout + Object.keys(files) !== ''])).toEqual(
    [...COMMANDS, ['library']].map((args) => [args, 0, true]),
  );
  const served = answers.find(({ args }) => args[0] === 'serve')?.stdout ?? '';
  expect(PAGES.map((path) => served.includes(`${path} 200\n`))).toEqual(PAGES.map(() => true));
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

async function askEverything(uid: number | undefined): Promise<Answer[]> {
  const file = join(folder, 'ledger.db');
  return await Promise.all([
    ...COMMANDS.map(async (args) => await askOne(uid, args, [join(home, 'dist/cli.js'), ...withFile(args, file)])),
    askOne(uid, ['library'], ['--input-type=module', '-e', LIBRARY, '--', join(home, 'dist/library.js'), file]),
  ]);
}

/** Behind `--` everything is words. */
function withFile(args: readonly string[], file: string): readonly string[] {
  return NO_DATA_FILE.includes(args[0] ?? '') ? args : [...args, '--db', file];
}

/** One answer, from a folder of its own in which that account may write. */
async function askOne(uid: number | undefined, args: readonly string[], words: readonly string[]): Promise<Answer> {
  const place = newFolder(afterAll);
  chmodSync(place, 0o777);
  writeFileSync(join(place, 'text.txt'), 'How many tokens are these?');
  const { status, stdout, stderr } = await runAs(uid, words, place);
  const plain = (text: string): string => text.replaceAll(folder, 'FOLDER');
  return { args, status, stdout: plain(stdout), stderr: plain(stderr), files: filesIn(place) };
}

/** The files under a folder and what is in them, for short; of a database only that it is one. */
function filesIn(place: string): Record<string, string> {
  const names = readdirSync(place, { recursive: true, encoding: 'utf8' }).sort();
  return Object.fromEntries(
    names.flatMap((name) => {
      const path = join(place, name);
      if (name === 'text.txt' || statSync(path).isDirectory()) return [];
      const content = readFileSync(path);
      return [[name, name.endsWith('.db') ? content.toString('latin1', 0, 15) : hash('sha256', content)]];
    }),
  );
}

async function runAs(
  uid: number | undefined,
  words: readonly string[],
  cwd = folder,
): Promise<Omit<Answer, 'args' | 'files'>> {
  const child = spawn(process.execPath, words, {
    cwd,
    ...(uid === undefined ? {} : { uid, gid: uid }),
    env: {
      ...{ PATH: process.env.PATH ?? '', HOME: '/nonexistent', TZ: 'UTC', MODEL_LEDGER_DB: join(folder, 'ledger.db') },
      ...AT,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 60_000,
    killSignal: 'SIGKILL',
  });
  const said = words.includes('serve') ? askPages(child) : text(child.stdout);
  const stderr = words.includes('serve') ? '' : text(child.stderr);
  const [stdout, problems] = await Promise.all([said, stderr, once(child, 'close')]);
  // 143 is a server that was stopped as it is to be.
  return { status: child.exitCode === 143 && words.includes('serve') ? 0 : child.exitCode, stdout, stderr: problems };
}

/** What a server answers, before it is ended. */
async function askPages(child: ChildProcessByStdio<null, Readable, Readable>): Promise<string> {
  let said = '';
  let url: string | undefined;
  for await (const chunk of child.stderr) {
    said += String(chunk);
    url = /at (http:\S+)\//.exec(said)?.[1];
    if (url !== undefined) break;
  }
  if (url === undefined) return said;
  try {
    const pages = PAGES.map(async (path) => {
      const response = await fetch(url + path);
      return `${path} ${response.status}\n${await response.text()}\n`;
    });
    return (await Promise.all(pages)).join('').replaceAll(url, 'URL');
  } finally {
    child.kill('SIGTERM');
  }
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

test('each command of the program is known to read or not to', async () => {
  const { stdout } = await run(['__complete', '--', '']);
  const names = stdout.split('\n').flatMap((line) => line.split('\t')[0] || []);
  const known = [...Object.keys(READING), ...OTHERS].filter((name) => !name.startsWith('__'));
  expect(names.filter((name) => !name.startsWith('-')).sort()).toEqual(known.sort());
});

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
    expect(await runAs(NOBODY, [join(home, 'dist/cli.js'), 'sql', '--csv', QUESTION, '--db', db])).toEqual({
      status: 0,
      stdout: 'n\r\n4\r\n',
      stderr: '',
    });
    expect(existsSync(`${db}-shm`)).toBe(false);
  });

  test('gets every answer after a restore', async () => {
    const copy = join(newFolder(), 'copy.db');
    expect((await run(['backup', copy, '--db', db])).code).toBe(0);
    expect((await run(['restore', copy, '--db', db], { env: AT })).code).toBe(0);
    const asBefore = ({ args }: Answer): boolean => args[0] !== 'status';
    const now = await askEverything(NOBODY);
    expect(now.filter(asBefore)).toEqual(answers.filter(asBefore));
    expect(now.map(({ status, stderr }) => [status, stderr])).toEqual(answers.map(({ stderr }) => [0, stderr]));
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
