#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { runProgram, warn } from './commands/program.ts';
import type { Context } from './commands/shared/context.ts';
import { programName } from './commands/shared/invocation.ts';
import { handleOutputError, reportError } from './commands/shared/reportError.ts';
import { fillFromFiles } from './config/environment.ts';
import { refuseLostBytes } from './config/lostBytes.ts';
import { UsageError } from './core/errors.ts';

const SIGNALS = { SIGINT: 130, SIGTERM: 143 } as const;

function readVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  const isManifest = typeof manifest === 'object' && manifest !== null && 'version' in manifest;
  return isManifest ? String(manifest.version) : 'unknown';
}

/** If `main` waits for something that can never happen, Node exits with code 13 and prints nothing. */
function onEarlyExit(code: number): void {
  // With other codes an uncaught error has been printed. (Some versions pass 0 here and exit with 13 nevertheless.)
  if (code !== 0 && code !== 13) return;
  process.stderr.write('model-ledger: This should not happen: it ended in the middle, waiting for what never came.\n');
}

function workingFolder(): string | undefined {
  try {
    return process.cwd();
  } catch {
    return undefined;
  }
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
  // The variable is read at each call, because it may be set in .env, which is read later.
  const now = () => (env.MODEL_LEDGER_NOW?.trim() ? new Date(env.MODEL_LEDGER_NOW) : new Date());
  const program = programName({ env, script: process.argv[1] ?? '', cwd: workingFolder() });
  const context: Context = { env, stdin, stdout, stderr, program, now, signal: stop.signal, version, exitCode: 0 };
  try {
    refuseLostBytes(args, env);
    // If .env is a pipe this may wait. Signals are handled only afterwards, so until then they end the process.
    context.origins = fillFromFiles(process.env, (words) => warn(context, words));
    listen();
    if (Number.isNaN(now().getTime()))
      throw new UsageError('bad_now', `MODEL_LEDGER_NOW is no time: ${env.MODEL_LEDGER_NOW}.`);
    await runProgram(args, context);
  } catch (error) {
    context.exitCode = reportError(error, context);
  }
  process.off('exit', onEarlyExit);
  // A lookup of a host name may still be running and keeps the process alive; from now on a signal ends it at once.
  for (const signal of Object.keys(SIGNALS)) process.removeAllListeners(signal);
  // If output could not be written, the exit code is set already.
  process.exitCode = stoppedWith ?? (context.exitCode || process.exitCode);
}

await main();
