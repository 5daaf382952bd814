import { type Command, InvalidArgumentError, Option } from 'commander';
import { DEFAULTS } from '../../config/settings.ts';
import { wrapLines } from '../../core/format/lines.ts';
import { readSpanMs } from '../../core/time/when.ts';
import { type Context, widthOf } from './context.ts';
import { jsonLog, LOG_FORMATS, type Log, type LogFormat, textLog } from './log.ts';
import { withProgram } from './program.ts';

/** What a file under `commands/` exports: it gives a command its options, its examples and its action. */
export type Define = (command: Command, context: Context) => void;

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

type Example = readonly [call: string, does: string];

const withExamples = new WeakSet<Command>();

/**
 * Help ends in examples: how the command is called, and what that does. A command below it that has none of its own shows
 * those of them that call it.
 */
export function addExamples(command: Command, examples: readonly Example[]): void {
  if (examples.length === 0 || withExamples.has(command)) return;
  withExamples.add(command);
  const lines = examples.map(([call, does]) => `  model-ledger ${call}\n${fit(`      ${does}`)}`);
  command.addHelpText('after', `\nExamples:\n${lines.join('\n')}`);
  for (const below of command.commands) {
    const calling = `${command.name()} ${below.name()} `;
    addExamples(
      below,
      examples.filter(([call]) => `${call} `.startsWith(calling)),
    );
  }
}

/** What stands between the options and the examples, each line broken where it does not fit. */
export function addNote(command: Command, text: string): void {
  command.addHelpText('after', `\n${text.split('\n').map(fit).join('\n')}`);
}

/** A line of at most 80 characters, or several with its indentation. */
function fit(line: string): string {
  const [indent = ''] = /^ */.exec(line) ?? [];
  const width = 80 - indent.length;
  return line
    .trimStart()
    .replace(new RegExp(`(.{1,${width}})(?: |$)`, 'g'), `${indent}$1\n`)
    .trimEnd();
}

/** Where a run's messages go: to people as text, to a timer's journal as JSON lines. */
export async function openLog(
  { stderr, now, program }: Context,
  format: LogFormat,
  isUnattended: boolean,
): Promise<Log> {
  const isJson = format === 'json' || (format === 'auto' && isUnattended && stderr.isTTY !== true);
  const write = (text: string): void => {
    stderr.write(text);
  };
  return isJson
    ? await jsonLog(write, now)
    : textLog((text) => write(wrapLines(withProgram(text, program), widthOf(stderr))));
}

/** Reads a span of time, `30s`, `90m`, `6h`, `7d`, `2 weeks`, as milliseconds. */
export function readSpan(text: string): number {
  const span = readSpanMs(text);
  if (span === undefined) throw new InvalidArgumentError('expected a span such as 250ms, 30s, 90m, 6h, 7d or 2 weeks');
  return span;
}
