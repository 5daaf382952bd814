import { tmpdir } from 'node:os';
import { Readable } from 'node:stream';
import { runProgram, warn } from '../../src/commands/program.ts';
import type { Context } from '../../src/commands/shared/context.ts';
import { reportError } from '../../src/commands/shared/reportError.ts';
import { fillFromFiles } from '../../src/config/environment.ts';
import { Sink } from '../commands/asking.ts';
import { CLI, type Exit, environmentOf, type RunOptions, run } from './program.ts';

let isCalling = false;

/** These start a thread or a process from the built files that lie beside the program. */
const WITH_OTHERS = /^(?:sql|import git)\b/;

/**
 * What `run` does without a process: the same arguments, environment and folder, the same words and exit code. For
 * tests of what a command says and writes, not of how a process starts, is stopped and ends. One at a time, for
 * environment and folder are the process's.
 */
export async function call(args: readonly string[], options: RunOptions = {}): Promise<Exit> {
  if (WITH_OTHERS.test(args.join(' '))) return await run(args, options);
  if (isCalling) throw new Error('another call runs');
  isCalling = true;
  const [stdout, stderr] = [new Sink(), new Sink()];
  const restore = enter(options, stdout, stderr);
  const context: Context = {
    ...{ env: process.env, stdin: Readable.from([Buffer.from(options.input ?? '')]), stdout, stderr },
    now: () => (process.env.MODEL_LEDGER_NOW === undefined ? new Date() : new Date(process.env.MODEL_LEDGER_NOW)),
    ...{ signal: new AbortController().signal, version: '0.0.0', exitCode: 0 },
  };
  try {
    context.origins = fillFromFiles(process.env, (words) => warn(context, words));
    await runProgram(args, context);
  } catch (error) {
    context.exitCode = reportError(error, context);
  } finally {
    restore();
    isCalling = false;
  }
  return { code: context.exitCode, stdout: stdout.text, stderr: stderr.text };
}

/** Gives this process its environment, folder and name, and keeps also what is written past the context. */
function enter({ env, cwd }: RunOptions, stdout: Sink, stderr: Sink): () => void {
  const before = {
    env: process.env,
    folder: process.cwd(),
    argv: process.argv,
    out: process.stdout.write,
    err: process.stderr.write,
  };
  process.env = environmentOf(env);
  process.argv = [process.execPath, CLI];
  process.chdir(cwd ?? tmpdir());
  process.stdout.write = (chunk: string | Uint8Array) => stdout.write(chunk);
  process.stderr.write = (chunk: string | Uint8Array) => stderr.write(chunk);
  return () => {
    process.env = before.env;
    process.argv = before.argv;
    process.chdir(before.folder);
    process.stdout.write = before.out;
    process.stderr.write = before.err;
  };
}
