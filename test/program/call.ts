import { tmpdir } from 'node:os';
import { Readable } from 'node:stream';
import { runProgram, warn } from '../../src/commands/program.ts';
import type { Context } from '../../src/commands/shared/context.ts';
import { reportError } from '../../src/commands/shared/reportError.ts';
import { fillFromFiles } from '../../src/config/environment.ts';
import { Sink } from '../commands/asking.ts';
import { type Exit, environmentOf, type RunOptions } from './program.ts';

let isCalling = false;

/**
 * What `run` does without starting a process: the same arguments, environment and folder, the same words and exit code.
 * For tests of what a command says and writes, not of how the process starts, is stopped and ends. One
 * at a time: a process has one environment and one folder.
 */
export async function call(args: readonly string[], { env, input = '', cwd }: RunOptions = {}): Promise<Exit> {
  if (isCalling) throw new Error('another call runs');
  isCalling = true;
  const [stdout, stderr] = [new Sink(), new Sink()];
  const [outside, folder] = [process.env, process.cwd()];
  process.env = environmentOf(env);
  process.chdir(cwd ?? tmpdir());
  const context: Context = {
    ...{ env: process.env, stdin: Readable.from([Buffer.from(input)]), stdout, stderr },
    now: () => (process.env.MODEL_LEDGER_NOW === undefined ? new Date() : new Date(process.env.MODEL_LEDGER_NOW)),
    ...{ signal: new AbortController().signal, version: '0.0.0', exitCode: 0 },
  };
  try {
    context.origins = fillFromFiles(process.env, (words) => warn(context, words));
    await runProgram(args, context);
  } catch (error) {
    context.exitCode = reportError(error, context);
  } finally {
    isCalling = false;
    process.env = outside;
    process.chdir(folder);
  }
  return { code: context.exitCode, stdout: stdout.text, stderr: stderr.text };
}
