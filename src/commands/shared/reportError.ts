import type { Writable } from 'node:stream';
import { codeOf, LedgerError, withoutStop } from '../../core/errors.ts';
import { wrapLines } from '../../core/format/lines.ts';
import { escapeControls } from '../../core/format/text.ts';
import { widthOf } from './context.ts';
import { withProgram } from './invocation.ts';

interface ErrorOutput {
  readonly stderr: Pick<Writable, 'write'> & { readonly isTTY?: boolean; readonly columns?: number };
  readonly program?: string;
}

/** Prints on standard error what went wrong, and returns the exit code. */
export function reportError(error: unknown, { stderr, program }: ErrorOutput): number {
  const line = (head: string, text: string): string =>
    `${wrapLines(head + escapeControls(withProgram(text, program)), widthOf(stderr))}\n`;
  if (error instanceof LedgerError) {
    stderr.write(`${line('model-ledger: ', error.message)}${error.hint ? line('  ', error.hint) : ''}`);
    return error.exitCode;
  }
  if (error instanceof Error && error.name === 'AbortError') {
    stderr.write('model-ledger: Stopped; nothing is half done.\n');
    return 1;
  }
  if (isSystemError(error)) {
    stderr.write(line('model-ledger: The system refused: ', `${withoutStop(error.message)}.`));
    return 5;
  }
  const words = error instanceof Error ? (error.stack ?? error.message) : String(error);
  stderr.write(`model-ledger: This should not happen.\n${words.split('\n').map(escapeControls).join('\n')}\n`);
  return 1;
}

/** An error of the operating system: no memory for a process, too many open files, a folder that is gone. */
function isSystemError(error: unknown): error is Error {
  return error instanceof Error && 'syscall' in error && 'errno' in error;
}

/**
 * A reader that closes the pipe, as `head` does, has all it wanted. Any other error, such as a full disk, is reported and
 * sets the exit code to 1, unless something else has failed already.
 */
export function handleOutputError(error: Error, isResult: boolean): void {
  if (!isResult || codeOf(error) === 'EPIPE') return;
  process.exitCode ||= 1;
  process.stderr.write(
    `model-ledger: The output could not be written: ${escapeControls(withoutStop(error.message))}.\n`,
  );
}
