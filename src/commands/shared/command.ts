import { Command } from 'commander';
import type { Context } from './context.ts';
import { OPTIONS, type SharedOption } from './options.ts';

/** What a file under `commands/` exports: it gives a command its options, its examples and its action. */
export type Define = (command: LedgerCommand, context: Context) => void;

type Example = readonly [call: string, does: string];

/** A command of this program: with options that several have, and help that ends in examples. */
export class LedgerCommand extends Command {
  #hasExamples = false;

  override createCommand(name?: string): LedgerCommand {
    return new LedgerCommand(name);
  }

  /** Takes options that other commands take too, in this order. */
  shares(...names: readonly SharedOption[]): this {
    for (const name of names) this.addOption(OPTIONS[name]());
    return this;
  }

  /** What stands between the options and the examples, each line broken where it does not fit. */
  note(text: string): this {
    return this.addHelpText('after', `\n${text.split('\n').map(fit).join('\n')}`);
  }

  /** The keys in the help, because they are what scripts hold on to. */
  keys(keys: readonly string[], units = ', prices exact in USD per unit, times in UTC'): this {
    return this.note(`Keys of --json and columns of --csv${units}:\n  ${keys.join(' ')}`);
  }

  /**
   * Help ends in examples: how the command is called, and what that does. A command below it that has none of its own shows
   * those of them that call it.
   */
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

/** A line of at most 80 characters, or several with its indentation. */
function fit(line: string): string {
  const [indent = ''] = /^ */.exec(line) ?? [];
  const width = 80 - indent.length;
  return line
    .trimStart()
    .replace(new RegExp(`(.{1,${width}})(?: |$)`, 'g'), `${indent}$1\n`)
    .trimEnd();
}
