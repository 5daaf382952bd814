import { Command } from 'commander';
import type { Context } from './context.ts';
import { OPTIONS, type SharedOption } from './options.ts';

/** Every file of a command exports a `define` of this type, which adds the options, the examples and the action. */
export type Define = (command: LedgerCommand, context: Context) => void;

type Example = readonly [call: string, does: string];

/** A command with the extras of this program: shared options, and help that ends in examples. */
export class LedgerCommand extends Command {
  #hasExamples = false;

  override createCommand(name?: string): LedgerCommand {
    return new LedgerCommand(name);
  }

  /** Adds options that several commands have, in this order. */
  shares(...names: readonly SharedOption[]): this {
    for (const name of names) this.addOption(OPTIONS[name]());
    return this;
  }

  /** Adds a text to the help, between the options and the examples. Long lines are wrapped. */
  note(text: string): this {
    return this.addHelpText('after', `\n${text.split('\n').map(fit).join('\n')}`);
  }

  /** Lists the keys of the output in the help, because scripts rely on them. */
  keys(keys: readonly string[], units = ', prices exact in USD per unit, times in UTC'): this {
    return this.note(`Keys of --json and columns of --csv${units}:\n  ${keys.join(' ')}`);
  }

  /** Adds examples to the end of the help. A subcommand without examples of its own shows those that call it. */
  examples(examples: readonly Example[]): this {
    if (examples.length === 0 || this.#hasExamples) return this;
    this.#hasExamples = true;
    const lines = examples.map(([call, does]) => `  model-ledger ${call}\n${fit(`      ${does}`)}`);
    this.addHelpText('after', `\nExamples:\n${lines.join('\n')}`);
    for (const below of this.commands) {
      const calling = `${this.name()} ${below.name()} `;
      if (below instanceof LedgerCommand) below.examples(examples.filter(([call]) => `${call} `.startsWith(calling)));
    }
    return this;
  }
}

/** Breaks a line into lines of at most 80 characters with the same indentation. */
function fit(line: string): string {
  const [indent = ''] = /^ */.exec(line) ?? [];
  const width = 80 - indent.length;
  return line
    .trimStart()
    .replace(new RegExp(`(.{1,${width}})(?: |$)`, 'g'), `${indent}$1\n`)
    .trimEnd();
}
