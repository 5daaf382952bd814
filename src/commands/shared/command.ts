import type { Command } from 'commander';
import type { Context } from './context.ts';

/** What a file under `commands/` exports: it gives a command its options, its examples and its action. */
export type Define = (command: Command, context: Context) => void;

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

/** The keys in the help, because they are what scripts hold on to. */
export function addKeys(
  command: Command,
  keys: readonly string[],
  units = ', prices exact in USD per unit, times in UTC',
): void {
  addNote(command, `Keys of --json and columns of --csv${units}:\n  ${keys.join(' ')}`);
}
