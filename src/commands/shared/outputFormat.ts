import { type Command, InvalidArgumentError, Option } from 'commander';
import { jsonOption } from './command.ts';
import { TABLE_ROWS } from './output.ts';

/** `--json` and `--csv`. */
export function addForms(command: Command): Command {
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

/** The keys in the help, because they are what scripts hold on to. */
export function addKeys(command: Command, keys: readonly string[]): void {
  command.addHelpText(
    'after',
    `\nKeys of --json and columns of --csv, prices exact in USD per unit, times in UTC:\n${wrap(keys.join(' '))}`,
  );
}

function wrap(text: string): string {
  return text.replace(/(.{1,76})(?: |$)/g, '  $1\n').trimEnd();
}
