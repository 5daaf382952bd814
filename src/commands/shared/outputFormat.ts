import { type Command, InvalidArgumentError, Option } from 'commander';
import { addNote, jsonOption } from './command.ts';
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
export function addKeys(
  command: Command,
  keys: readonly string[],
  units = ', prices exact in USD per unit, times in UTC',
): void {
  addNote(command, `Keys of --json and columns of --csv${units}:\n  ${keys.join(' ')}`);
}
