import { UsageError } from '../../core/errors.ts';
import { openInput } from '../../upstream/input.ts';
import type { Context } from './context.ts';

/**
 * All of a usage log, by its path or, as `-`, from standard input; also of a pipe, and a signal is heard meanwhile.
 * @throws UsageError when it cannot be read
 */
export async function readLogText(file: string, { stdin, signal }: Context): Promise<string> {
  const parts: Buffer[] = [];
  try {
    for await (const part of await openInput(file, stdin, signal)) parts.push(Buffer.from(part));
  } catch (cause) {
    signal.throwIfAborted();
    throw new UsageError('no_log', `The log ${file} cannot be read.`, { cause, hint: 'Check its path.' });
  }
  return Buffer.concat(parts).toString('utf8');
}
