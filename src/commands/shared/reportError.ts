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

/** Says on standard error what went wrong, and returns what the process is to exit with. */
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

/** What the operating system said no to: no room for a process, a file too many, a folder that is gone. */
function isSystemError(error: unknown): error is Error {
  return error instanceof Error && 'syscall' in error && 'errno' in error;
}

/**
 * A reader that has gone away, as `head` does, has what it wanted; a full disk is told. The exit code is 1 only where
 * nothing else went wrong, and what becomes of messages does not change it.
 */
export function handleOutputError(error: Error, isResult: boolean): void {
  if (!isResult || codeOf(error) === 'EPIPE') return;
  process.exitCode ||= 1;
  process.stderr.write(
    `model-ledger: The output could not be written: ${escapeControls(withoutStop(error.message))}.\n`,
  );
}
