import assert from 'node:assert';
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import Database from 'better-sqlite3';
import { onTestFinished } from 'vitest';
import { importHistory } from '../../src/importHistory.ts';
import { openFiles } from '../../src/upstream/files/files.ts';
import { putLedger } from '../ledgers.ts';

export { startUpstream as serve } from '../upstream/misbehaving.ts';

export const CLI = join(import.meta.dirname, '../../dist/cli.js');
const SAMPLE = join(import.meta.dirname, '../../data/sample');
/** The shipped answers, oldest first. */
export const SAMPLES = readdirSync(SAMPLE)
  .sort()
  .map((name) => join(SAMPLE, name));

/** The nth shipped answer, from 1. */
export function sample(n: number): string {
  return SAMPLES[n - 1] ?? '';
}

export interface Exit {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string | Buffer;
  readonly cwd?: string;
  /** After which a process that hangs is killed, in milliseconds. */
  readonly timeout?: number;
}

export interface Running {
  readonly child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly exit: Promise<Exit>;
}

/** A folder of its own that goes when the test ends; outside of tests, when the file ends. */
export function newFolder(whenOver: (clean: () => void) => void = onTestFinished): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'model-ledger-program-')));
  whenOver(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** An environment in which nothing is set but what is given and what a test cannot do without. */
export function environmentOf(env: RunOptions['env']): Record<string, string> {
  return { PATH: process.env.PATH ?? '', HOME: '/nonexistent', TZ: 'UTC', MODEL_LEDGER_RETRY_DELAY_MS: '1', ...env };
}

/** Starts the built command in an environment in which nothing is set; one that hangs is killed. */
export function start(args: readonly string[], options: RunOptions = {}): Running {
  return startProcess(process.execPath, [CLI, ...args], options);
}

export function startProcess(
  file: string,
  args: readonly string[],
  { env, input, cwd, timeout = 170_000 }: RunOptions = {},
): Running {
  const child = spawn(file, args, {
    cwd: cwd ?? tmpdir(),
    env: environmentOf(env),
    stdio: ['pipe', 'pipe', 'pipe'],
    timeout,
    killSignal: 'SIGKILL',
  });
  child.stdin.on('error', () => {});
  if (input !== undefined) child.stdin.end(input);
  const exit = Promise.all([
    collect(child.stdout),
    collect(child.stderr),
    new Promise<number | null>((resolve) => child.on('close', resolve)),
  ]).then(([stdout, stderr, code]) => ({ code, stdout, stderr }));
  return { child, exit };
}

/** Runs the built command to its end; standard input is empty unless told. */
export async function run(args: readonly string[], options: RunOptions = {}): Promise<Exit> {
  return await start(args, { input: '', ...options }).exit;
}

async function collect(stream: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}

/** What was printed as a document a line; their shape is what the test expects of them. */
export function jsonLines(text: string): ReturnType<typeof JSON.parse>[] {
  const lines = text.split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line));
}

export type Row = Readonly<Record<string, string | number | null>>;

/** Asks the data file as any other program would. */
export function query(file: string, sql: string): Row[] {
  const sqlite = new Database(file, { readonly: true });
  try {
    return sqlite.prepare<[], Row>(sql).all();
  } finally {
    sqlite.close();
  }
}

/** Does to the data file what another program may do, which looks after no references. */
export function execute(file: string, sql: string): void {
  new Database(file).exec(`PRAGMA foreign_keys = OFF; ${sql}`).close();
}

/** The newest row of `sync_runs`. */
export function lastRun(file: string): Row {
  return query(file, 'SELECT * FROM sync_runs ORDER BY id DESC LIMIT 1')[0] ?? {};
}

/** A hash of all rows of every table, by the table's name. */
export function checksums(file: string): Record<string, string> {
  const sqlite = new Database(file, { readonly: true });
  try {
    const names = sqlite.prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'table'").pluck().all();
    return Object.fromEntries(
      names.map((name) => {
        const hash = createHash('sha256');
        for (const row of sqlite.prepare(`SELECT * FROM "${name}" ORDER BY 1`).raw().iterate()) {
          hash.update(JSON.stringify(row));
        }
        return [name, hash.digest('hex')];
      }),
    );
  } finally {
    sqlite.close();
  }
}

/** The tables whose rows differ between two {@link checksums}. */
export function touched(before: Record<string, string>, after: Record<string, string>): string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].filter((name) => before[name] !== after[name]).sort();
}

/** What a folder holds, each file with its hash; without the index of a log and an empty log, which a look makes. */
export function contents(folder: string): Record<string, string> {
  const isMadeByLooking = (name: string): boolean =>
    name.endsWith('-shm') || (name.endsWith('-wal') && statSync(join(folder, name)).size === 0);
  return Object.fromEntries(
    readdirSync(folder)
      .filter((name) => !isMadeByLooking(name))
      .sort()
      .map((name) => [
        name,
        createHash('sha256')
          .update(readFileSync(join(folder, name)))
          .digest('hex'),
      ]),
  );
}

/** A data file with the shipped answers 1 to n in it, observed at the times of their names. */
export async function ledgerOf(folder: string, n: number): Promise<string> {
  const db = join(folder, 'ledger.db');
  await putLedger(db, IMPORTS[n - 1] ?? assert.fail(`there are ${SAMPLES.length} answers`));
  return db;
}

const IMPORTS = SAMPLES.map((_, i) => async (db: string): Promise<void> => {
  const callbacks = { onProgress: () => {}, onLeftOut: () => {} };
  const outside = { now: () => new Date('2026-06-10'), signal: new AbortController().signal, ...callbacks };
  const history = openFiles(SAMPLES.slice(0, i + 1), { ...outside, now: outside.now() });
  await importHistory({ db, history, scope: 'output_modalities=all' }, outside);
});
