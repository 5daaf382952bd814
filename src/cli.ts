#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { COMMANDS } from './commands/commands.ts';
import type { LedgerCommand } from './commands/shared/command.ts';
import { type Context, widthOf } from './commands/shared/context.ts';
import { programName } from './commands/shared/program.ts';
import { handleOutputError, reportError } from './commands/shared/reportError.ts';
import { fillFromConfig, fillFromFiles } from './config/environment.ts';
import { CONFIG_FILE, findUnknown } from './config/settings.ts';
import { UsageError } from './core/errors.ts';
import { wrapLines } from './core/format/lines.ts';
import { escapeControls } from './core/format/text.ts';

const SIGNALS = { SIGINT: 130, SIGTERM: 143 } as const;

/** Loads only the command that is asked for: a start costs no more than it must. */
async function run(args: readonly string[], context: Context): Promise<void> {
  await COMMANDS[args[0] ?? '']?.warmUp?.();
  const { CommanderError } = await import('commander');
  const program = await programFor(args, context);
  try {
    if (args.length === 0) {
      await configure({ config: context.env.MODEL_LEDGER_CONFIG }, context);
      (await import('./commands/welcome.ts')).welcome(context);
      context.stdout.write('\n');
      return program.outputHelp();
    }
    await program.parseAsync([...args], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // Help that was asked for, or given where a command has commands of its own and none was named.
    context.exitCode = error.exitCode === 0 ? 0 : 2;
    if (/^commander\.(?:help|version)/.test(error.code)) return;
    const { wrongUsage } = await import('./commands/wrongUsage.ts');
    throw wrongUsage(error, commandOf(program, args));
  }
}

/** All commands by their summaries, and the options of those that are asked for. */
async function programFor(args: readonly string[], context: Context): Promise<LedgerCommand> {
  const [{ Option }, { LedgerCommand }] = await Promise.all([
    import('commander'),
    import('./commands/shared/command.ts'),
  ]);
  const program = new LedgerCommand('model-ledger')
    .description(
      'A lossless history of OpenRouter’s model list: every price, limit and model, with the instant it changed.',
    )
    .version(context.version)
    .addOption(
      new Option('--config <file>', `settings as JSON; ${CONFIG_FILE} where there is one`).env('MODEL_LEDGER_CONFIG'),
    )
    // Before the command reads its options, which look into the environment.
    .hook('preSubcommand', (command) => configure(command.opts(), context))
    .exitOverride()
    .configureOutput({
      writeOut: (text) => context.stdout.write(wrapLines(text, widthOf(context.stdout))),
      writeErr: (text) => context.stderr.write(wrapLines(text, widthOf(context.stderr))),
      // Told below, as all errors are.
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

/** The words of the command that was asked for, without its options. */
function commandOf(program: LedgerCommand, args: readonly string[]): string {
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

function warn({ stderr }: Context, words: string): void {
  stderr.write(`model-ledger: ${escapeControls(words)}\n`);
}

function readVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  const isManifest = typeof manifest === 'object' && manifest !== null && 'version' in manifest;
  return isManifest ? String(manifest.version) : 'unknown';
}

/** Node ends a process that waits for what can never come, with exit code 13 and without a word. */
function onEarlyExit(code: number): void {
  // An error that nobody caught has been told by then. (Some versions say 0 here and exit with 13 all the same.)
  if (code !== 0 && code !== 13) return;
  process.stderr.write('model-ledger: This should not happen: it ended in the middle, waiting for what never came.\n');
}

async function main(): Promise<void> {
  const args = process.argv.slice(2);
  const version = readVersion();
  if (args.length === 1 && (args[0] === '--version' || args[0] === '-V')) {
    process.stdout.write(`${version}\n`);
    return;
  }
  const stop = new AbortController();
  let stoppedWith: number | undefined;
  const listen = (): void => {
    for (const [signal, code] of Object.entries(SIGNALS)) {
      process.once(signal, () => {
        stoppedWith = code;
        stop.abort();
      });
    }
  };
  process.once('exit', onEarlyExit);
  const { env, stdin, stdout, stderr } = process;
  for (const stream of [stdout, stderr]) stream.on('error', (error) => handleOutputError(error, stream === stdout));
  // Read at each call: it may stand in .env.
  const now = () => (env.MODEL_LEDGER_NOW?.trim() ? new Date(env.MODEL_LEDGER_NOW) : new Date());
  const program = programName({ env, script: process.argv[1] ?? '', cwd: process.cwd() });
  const context: Context = { env, stdin, stdout, stderr, program, now, signal: stop.signal, version, exitCode: 0 };
  try {
    // Where .env is a pipe this may wait: until it is read, a signal ends the process by itself.
    context.origins = fillFromFiles(process.env, (words) => warn(context, words));
    listen();
    if (Number.isNaN(now().getTime()))
      throw new UsageError('bad_now', `MODEL_LEDGER_NOW is no time: ${env.MODEL_LEDGER_NOW}.`);
    await run(args, context);
  } catch (error) {
    context.exitCode = reportError(error, context);
  }
  process.off('exit', onEarlyExit);
  // Where the system still looks up a name, the process cannot end before that does: a signal ends it now.
  for (const signal of Object.keys(SIGNALS)) process.removeAllListeners(signal);
  // What could not be written has its own exit code by now.
  process.exitCode = stoppedWith ?? (context.exitCode || process.exitCode);
}

await main();
