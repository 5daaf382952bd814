import type { Readable, Writable } from 'node:stream';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { inert } from '../core/text.ts';
import { readSpanMs } from '../core/when.ts';
import { jsonLog, LOG_FORMATS, type Log, type LogFormat, textLog } from '../log.ts';

/** The world a command runs in: everything that is not an argument comes from here. */
export interface Context {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdin: Readable;
  /** Results. */
  readonly stdout: Writable & { readonly isTTY?: boolean; readonly columns?: number };
  /** Messages and progress. */
  readonly stderr: Writable & { readonly isTTY?: boolean };
  readonly now: () => Date;
  /** Aborted when the program is asked to stop. */
  readonly signal: AbortSignal;
  readonly version: string;
  /** Where settings came from that were not in the environment itself. */
  origins?: ReadonlyMap<string, string>;
  /** What the process will exit with; 0 unless set. */
  exitCode: number;
}

/** What a file under `commands/` exports: it gives a command its options, its examples and its action. */
export type Define = (command: Command, context: Context) => void;

export const DEFAULT_DB = 'data/ledger.db';

/** `--db FILE`, which every command takes. */
export function dbOption(): Option {
  return new Option('--db <file>', 'the data file').env('MODEL_LEDGER_DB').default(DEFAULT_DB);
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
    .default('auto');
}

/** Help ends in examples: how the command is called, and what that does. */
export function addExamples(command: Command, examples: readonly (readonly [call: string, does: string])[]): void {
  const lines = examples.map(([call, does]) => `  model-ledger ${call}\n      ${does}`);
  command.addHelpText('after', `\nExamples:\n${lines.join('\n')}`);
}

/** Prints a line of results. */
export function print({ stdout }: Context, text: string): void {
  stdout.write(`${text}\n`);
}

/** Prints a line for the person, not for the pipe; whatever upstream wrote in it can do no harm. */
export function note({ stderr }: Context, text: string): void {
  stderr.write(`${text.split('\n').map(inert).join('\n')}\n`);
}

/** Where a run's messages go: to people as text, to a timer's journal as JSON lines. */
export async function openLog({ stderr, now }: Context, format: LogFormat, isUnattended: boolean): Promise<Log> {
  const isJson = format === 'json' || (format === 'auto' && isUnattended && stderr.isTTY !== true);
  const write = (text: string): void => {
    stderr.write(text);
  };
  return isJson ? await jsonLog(write, now) : textLog(write);
}

/** Whether colour suits where results go: a terminal, and nobody said no. */
export function hasColor({ env, stdout }: Context): boolean {
  return stdout.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb';
}

/** Whether the terminal may lack arrows and blocks. */
export function isAscii({ env }: Context): boolean {
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || '';
  return env.TERM === 'linux' || env.TERM === 'dumb' || /^(?:C|POSIX)$/.test(locale);
}

/** Reads a span of time, `30s`, `90m`, `6h`, `7d`, as milliseconds. */
export function readSpan(text: string): number {
  const span = readSpanMs(text);
  if (span === undefined) throw new InvalidArgumentError('expected a span such as 30s, 90m, 6h or 7d');
  return span;
}
