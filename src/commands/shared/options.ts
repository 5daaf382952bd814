import { type Command, InvalidArgumentError, Option } from 'commander';
import { DEFAULTS } from '../../config/settings.ts';
import { CHANGE_TYPES } from '../../core/diff/changes.ts';
import { readSpanMs } from '../../core/time/when.ts';
import { LOG_FORMATS, type LogFormat } from './log.ts';
import { type OutputFormat, TABLE_ROWS } from './output.ts';
import type { Times } from './reading.ts';

/** The options that several commands take, each with its words and what reads it. */

/** What every command takes that has a result of one document. */
export interface CommandOptions {
  readonly db: string;
  readonly json?: boolean;
}

/** What every command takes that asks about an instant. */
export interface AskOptions extends OutputFormat, Times {
  readonly db: string;
  readonly at?: string;
}

/** What every command takes that asks about several models. */
export interface AskModelsOptions extends AskOptions {
  readonly model?: readonly string[];
  readonly author?: string;
}

/** What every command takes that writes to the data file. */
export interface WriteOptions extends CommandOptions {
  /** Milliseconds. */
  readonly wait?: number;
}

/** What every command takes that a timer may start. */
export interface TimerOptions extends WriteOptions {
  readonly source: string;
  readonly mustExist?: boolean;
  readonly trigger: 'manual' | 'cron' | 'daemon';
  readonly logFormat: LogFormat;
}

/** `--db FILE`, which every command takes. */
export function dbOption(): Option {
  return new Option('--db <file>', 'the data file').env('MODEL_LEDGER_DB').argParser(readFileName).default(DEFAULTS.db);
}

/** The name of a database, which SQLite's driver would take for another one where it is not of this form. */
export function readFileName(text: string): string {
  // SQLite would keep the first two for itself and lose them at the end.
  if (text.trim() === '' || text === ':memory:') throw new InvalidArgumentError('expected the name of a file');
  if (text.trim() !== text) throw new InvalidArgumentError('expected a name without a blank at its beginning or end');
  if (/[/\\]$/.test(text)) throw new InvalidArgumentError('expected the name of a file, not of a folder');
  return text;
}

/** `--json`, which every command with a result takes. */
export function jsonOption(): Option {
  return new Option('--json', 'print JSON');
}

/** `--log-format FORMAT`, which every command takes that a timer may start. */
export function logFormatOption(): Option {
  return new Option('--log-format <format>', 'messages as text or JSON lines; auto: JSON for timers, text for people')
    .env('MODEL_LEDGER_LOG_FORMAT')
    .choices(LOG_FORMATS)
    .default(DEFAULTS.logFormat);
}

/** `--wait SPAN`, which every command takes that writes: what it waits for is a run or a sweep. */
export function waitOption(what: 'run' | 'sweep' = 'run'): Option {
  return new Option('--wait <span>', `wait for another ${what} to end instead of leaving at once`).argParser(readSpan);
}

/** `--source`, where the list comes from. */
export function sourceOption(takes: string, description = 'where the list comes from'): Option {
  return new Option(`--source <${takes}>`, description).env('MODEL_LEDGER_SOURCE').default(DEFAULTS.source);
}

export function mustExistOption(): Option {
  return new Option('--must-exist', 'a missing or empty data file is an error (for timers)');
}

/** Between two requests unless told: four a second is modest. */
export const PAUSE_MS = 250;

/** `--pause SPAN`, which every command takes that sweeps. */
export function pauseOption(): Option {
  return new Option('--pause <span>', 'between two requests of a sweep: 250ms, 1s')
    .argParser(readSpan)
    .default(PAUSE_MS, '250ms');
}

/** `--trigger`, for timers. */
export function triggerOption(what: 'run' | 'sweep'): Option {
  return new Option('--trigger <trigger>', `what started the ${what}`)
    .choices(['manual', 'cron', 'daemon'])
    .default('manual')
    .hideHelp();
}

/** `--json` and `--csv`. */
export function addFormatOptions(command: Command): Command {
  return command
    .addOption(jsonOption())
    .addOption(new Option('--csv', 'print CSV, the first line its columns').conflicts('json'));
}

export function limitOption(): Option {
  return new Option(
    '--limit <n>',
    `at most so many (unless told: ${TABLE_ROWS} in the table, all with --json or --csv)`,
  ).argParser(readCount);
}

export function readCount(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('expected a whole number, 0 or more');
  return Number(text);
}

export function localOption(): Option {
  return new Option('--local', 'read and show times in the zone of this machine instead of UTC');
}

export function atOption(): Option {
  return new Option('--at <time>', 'as it was then: 7d, 2026-07-03 (its first instant), 2026-07-03T18:00Z').default(
    undefined,
    'now',
  );
}

/** Which models are asked about: `--model` and `--author`. */
export function modelOptions(): Option[] {
  return [
    new Option('--model <glob...>', "only these models: 'openai/*', '*:free', or an id"),
    new Option('--author <author>', 'only the models of one author'),
  ];
}

/** Which types of changes are asked for, several joined by commas or the flag repeated. */
export function typeOption(): Option {
  return new Option('--type <type...>', `only these: ${CHANGE_TYPES.join(', ')}`).argParser(readTypes);
}

function readTypes(text: string, types: readonly string[] = []): readonly string[] {
  const wanted = text.split(',').map((type) => type.trim());
  const wrong = wanted.find((type) => !CHANGE_TYPES.some((known) => known === type));
  if (wrong !== undefined)
    throw new InvalidArgumentError(`expected some of ${CHANGE_TYPES.join(', ')}, separated by commas`);
  return [...types, ...wanted];
}

/** Reads a span of time, `30s`, `90m`, `6h`, `7d`, `2 weeks`, as milliseconds. */
export function readSpan(text: string): number {
  const span = readSpanMs(text);
  if (span === undefined) throw new InvalidArgumentError('expected a span such as 250ms, 30s, 90m, 6h, 7d or 2 weeks');
  return span;
}
