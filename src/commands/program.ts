import type { Command } from 'commander';
import { fillFromConfig } from '../config/environment.ts';
import { CONFIG_FILE, findUnknown } from '../config/settings.ts';
import { wrapLines } from '../core/format/lines.ts';
import { escapeControls } from '../core/format/text.ts';
import { COMMANDS } from './commands.ts';
import type { LedgerCommand } from './shared/command.ts';
import { type Context, widthOf } from './shared/context.ts';

/** Runs the command that the arguments name, and loads only that one, so that the start is fast. */
export async function runProgram(args: readonly string[], context: Context): Promise<void> {
  await COMMANDS[args[0] ?? '']?.warmUp?.();
  const { CommanderError } = await import('commander');
  const program = await programFor(args, context);
  try {
    if (args.length === 0) {
      await configure({ config: context.env.MODEL_LEDGER_CONFIG }, context);
      (await import('./welcome.ts')).welcome(context);
      context.stdout.write('\n');
      return program.outputHelp();
    }
    await program.parseAsync([...args], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // Commander also throws after it has printed help or the version.
    context.exitCode = error.exitCode === 0 ? 0 : 2;
    if (/^commander\.(?:help|version)/.test(error.code)) return;
    const { wrongUsage } = await import('./wrongUsage.ts');
    throw wrongUsage(error, commandOf(program, args));
  }
}

/** The parser of the command line. Only commands that the arguments mention get their options. */
async function programFor(args: readonly string[], context: Context): Promise<LedgerCommand> {
  const { Option } = await import('commander');
  const { LedgerCommand: Program } = await import('./shared/command.ts');
  const program = new Program('model-ledger')
    .description(
      'A lossless history of OpenRouter’s model list: every price, limit and model, with the instant it changed.',
    )
    .version(context.version)
    .addOption(
      new Option('--config <file>', `settings as JSON; ${CONFIG_FILE} where there is one`).env('MODEL_LEDGER_CONFIG'),
    )
    // Settings must be in the environment before a command reads its options from there.
    .hook('preSubcommand', (command) => configure(command.opts(), context))
    .exitOverride()
    .configureOutput({
      writeOut: (text) => context.stdout.write(wrapLines(text, widthOf(context.stdout))),
      writeErr: (text) => context.stderr.write(wrapLines(text, widthOf(context.stderr))),
      // Printed by `reportError` instead, like all errors.
      outputError: () => {},
    })
    .configureHelp({ minWidthToWrap: 20 });
  for (const [name, { summary, load, hidden = false }] of Object.entries(COMMANDS)) {
    const command = program
      .command(name, { hidden })
      .summary(summary)
      .description(summary)
      .copyInheritedSettings(program);
    if (args.includes(name)) (await load()).define(command, context);
  }
  return program;
}

/** The name of the command that the arguments call, such as `model-ledger import git`. */
function commandOf(program: Command, args: readonly string[]): string {
  const words = ['model-ledger'];
  let command: Command | undefined = program;
  for (const word of args) {
    command = command.commands.find((one) => one.name() === word);
    if (command === undefined) break;
    words.push(word);
  }
  return words.join(' ');
}

async function configure({ config }: { readonly config?: string | undefined }, context: Context): Promise<void> {
  const origins = await fillFromConfig(process.env, config);
  context.origins = new Map([...(context.origins ?? []), ...origins]);
  for (const words of findUnknown(process.env)) warn(context, words);
}

export function warn({ stderr }: Context, words: string): void {
  stderr.write(`model-ledger: ${escapeControls(words)}\n`);
}
