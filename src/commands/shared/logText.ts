import { UsageError } from '../../core/errors.ts';
import { readWhole } from '../../upstream/input.ts';
import type { Context } from './context.ts';

/**
 * All of a usage log, by its path or, as `-`, from standard input; also of a pipe, and a signal is heard meanwhile.
 * @throws UsageError when it cannot be read
 */
export async function readLogText(file: string, { stdin, signal }: Context): Promise<string> {
  try {
    return await readWhole(file, stdin, signal);
  } catch (cause) {
    signal.throwIfAborted();
    throw new UsageError('no_log', `The log ${file} cannot be read.`, { cause, hint: 'Check its path.' });
  }
}
