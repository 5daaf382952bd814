import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { InvalidArgumentError, Option } from 'commander';
import { DEFAULTS } from '../../config/settings.ts';
import { CHANGE_TYPES } from '../../core/diff/changes.ts';
import { readSpanMs } from '../../core/time/when.ts';
import { LOG_FORMATS, type LogFormat, type OutputFormat, TABLE_ROWS } from './formats.ts';
import type { Times } from './reading.ts';

/** For commands whose result is one document. */
export interface CommandOptions {
  readonly db: string;
  readonly json?: boolean;
}

/** For commands that ask about an instant. */
export interface AskOptions extends OutputFormat, Times {
  readonly db: string;
  readonly at?: string;
}

/** For commands that ask about several models. */
export interface AskModelsOptions extends AskOptions {
  readonly model?: readonly string[];
  readonly author?: string;
}

export interface ServerOptions {
  readonly host: string;
  readonly port: number;
  readonly basePath: string;
  readonly tokenFile?: string;
}

/** For commands that write to the data file. */
export interface WriteOptions extends CommandOptions {
  /** Milliseconds. */
  readonly wait?: number;
}

/** For commands that a timer may start. */
export interface TimerOptions extends WriteOptions {
  readonly source: string;
  readonly mustExist?: boolean;
  readonly trigger: 'manual' | 'cron' | 'daemon';
  readonly logFormat: LogFormat;
}

/** The options that several commands have, each with its help and its parser. Long, because it is a list. */
export const OPTIONS = {
  db: () =>
    new Option('--db <file>', 'the data file').env('MODEL_LEDGER_DB').argParser(readFileName).default(DEFAULTS.db),
  json: () => new Option('--json', 'print JSON'),
  csv: () => new Option('--csv', 'print CSV, the first line its columns').conflicts('json'),
  limit: () =>
    new Option(
      '--limit <n>',
      `at most this many (default: ${TABLE_ROWS} in the table, all with --json or --csv)`,
    ).argParser(readCount),
  local: () => new Option('--local', 'read and show times in the zone of this machine instead of UTC'),
  at: () =>
    new Option('--at <time>', 'as it was at this time: 7d, 2026-07-03 (its first instant), 2026-07-03T18:00Z').default(
      undefined,
      'now',
    ),
  model: () => new Option('--model <glob...>', "only these models: 'openai/*', '*:free', or an id"),
  author: () => new Option('--author <author>', 'only the models of one author'),
  type: () => new Option('--type <type...>', `only these: ${CHANGE_TYPES.join(', ')}`).argParser(readTypes),
  tokenizer: () =>
    new Option(
      '--tokenizer <pattern=file...>',
      "a tokenizer.json for the models that a pattern fits: 'qwen/*=tokenizer.json'",
    ),
  wait: () => waitOption('run'),
  mustExist: () => new Option('--must-exist', 'fail if the data file is missing or empty (for timers)'),
  /** The default of four requests a second is modest. */
  pause: () => spanOption('--pause <span>', 'between two requests of a sweep: 250ms, 1s', '250ms'),
  trigger: () => new Option('--trigger <trigger>').choices(['manual', 'cron', 'daemon']).default('manual').hideHelp(),
  logFormat: () =>
    new Option('--log-format <format>', 'messages as text or JSON lines; auto: JSON for timers, text for people')
      .env('MODEL_LEDGER_LOG_FORMAT')
      .choices(LOG_FORMATS)
      .default(DEFAULTS.logFormat),
  host: () =>
    new Option('--host <address>', 'the address to listen on; 0.0.0.0 means all')
      .argParser(readHost)
      .default('127.0.0.1'),
  port: () => new Option('--port <n>', 'the port to listen on; 0: any free one').argParser(readPort).default(8787),
  basePath: () =>
    new Option('--base-path <path>', 'the prefix of every path, behind a proxy').argParser(readBase).default(''),
  tokenFile: () => new Option('--token-file <file>', 'a file with the bearer token that the API then requires'),
} satisfies Readonly<Record<string, () => Option>>;

export type SharedOption = keyof typeof OPTIONS;

export function waitOption(what: 'run' | 'sweep'): Option {
  return spanOption('--wait <span>', `wait for another ${what} to end instead of giving up at once`);
}

export function sourceOption(takes: string, description = 'where the list comes from'): Option {
  return new Option(`--source <${takes}>`, description).env('MODEL_LEDGER_SOURCE').default(DEFAULTS.source);
}

/** An option whose value is a span of time, in milliseconds. */
export function spanOption(flags: string, description: string, unlessTold?: string): Option {
  const option = new Option(flags, description).argParser(readSpan);
  return unlessTold === undefined ? option : option.default(readSpan(unlessTold), unlessTold);
}

/** The name of a database, in a form that SQLite's driver takes literally. */
export function readFileName(text: string): string {
  // For these two SQLite makes a temporary database, which is gone at the end.
  if (text.trim() === '' || text === ':memory:') throw new InvalidArgumentError('expected the name of a file');
  if (text.trim() !== text) throw new InvalidArgumentError('expected a name without a blank at its beginning or end');
  if (/[/\\]$/.test(text)) throw new InvalidArgumentError('expected the name of a file, not of a folder');
  return text;
}

/** Creates the folder of the default file; for any other file, the person has to create it. */
export function makeDefaultFolder(db: string): void {
  if (db === DEFAULTS.db) mkdirSync(dirname(db), { recursive: true });
}

export function readCount(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('expected a whole number, 0 or more');
  return Number(text);
}

export function readRun(text: string): number {
  if (!/^[1-9]\d{0,14}$/.test(text)) throw new InvalidArgumentError('expected the id of a run, as in sync_runs');
  return Number(text);
}

/** Several types are separated by commas, or the option is repeated. */
function readTypes(text: string, types: readonly string[] = []): readonly string[] {
  const wanted = text.split(',').map((type) => type.trim());
  const wrong = wanted.find((type) => !CHANGE_TYPES.some((known) => known === type));
  if (wrong !== undefined)
    throw new InvalidArgumentError(`expected some of ${CHANGE_TYPES.join(', ')}, separated by commas`);
  return [...types, ...wanted];
}

/** Reads a span of time such as `30s`, `90m`, `6h`, `7d` or `2 weeks` as milliseconds. */
export function readSpan(text: string): number {
  const span = readSpanMs(text);
  if (span === undefined) throw new InvalidArgumentError('expected a span such as 250ms, 30s, 90m, 6h, 7d or 2 weeks');
  return span;
}

function readHost(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('expected an address such as 127.0.0.1');
  return text.trim();
}

function readPort(text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535) throw new InvalidArgumentError('expected a port, 0 to 65535');
  return Number(text);
}

/** Reads `ledger`, `/ledger` and `/ledger/` as `/ledger`. */
function readBase(text: string): string {
  const path = text.replace(/^\/+|\/+$/g, '');
  if (!/^[\w.~-]*(?:\/[\w.~-]+)*$/.test(path)) throw new InvalidArgumentError('expected a path such as /ledger');
  return path === '' ? '' : `/${path}`;
}
