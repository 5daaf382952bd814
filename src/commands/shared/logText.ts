import { UsageError } from '../../core/errors.ts';
import { NotText, SAVE_AS_UTF8 } from '../../core/reading/text/encoding.ts';
import { readWhole } from '../../upstream/input.ts';
import type { Context } from './context.ts';

/**
 * Reads a whole usage log from a file, a pipe or, for `-`, standard input. Stops when a signal comes.
 * @throws UsageError when it cannot be read
 */
export async function readLogText(file: string, { stdin, signal }: Context): Promise<string> {
  try {
    return await readWhole(file, stdin, signal);
  } catch (cause) {
    signal.throwIfAborted();
    if (cause instanceof NotText)
      throw new UsageError('no_log', `The log ${file} cannot be read: ${cause.message}.`, {
        cause,
        hint: SAVE_AS_UTF8,
      });
    throw new UsageError('no_log', `The log ${file} cannot be read.`, { cause, hint: 'Check its path.' });
  }
}
