import type { Writable } from 'node:stream';
import { LedgerError } from '../../core/errors.ts';
import { escapeControls } from '../../core/format/text.ts';

/** Says on standard error what went wrong, and returns what the process is to exit with. */
export function reportError(error: unknown, { stderr }: { readonly stderr: Pick<Writable, 'write'> }): number {
  if (error instanceof LedgerError) {
    stderr.write(
      `model-ledger: ${escapeControls(error.message)}\n${error.hint ? `  ${escapeControls(error.hint)}\n` : ''}`,
    );
    return error.exitCode;
  }
  if (error instanceof Error && error.name === 'AbortError') {
    stderr.write('model-ledger: stopped; nothing is half done\n');
    return 1;
  }
  const words = error instanceof Error ? (error.stack ?? error.message) : String(error);
  stderr.write(`model-ledger: this should not happen\n${words.split('\n').map(escapeControls).join('\n')}\n`);
  return 1;
}

/** A reader that has gone away, as `head` does, has what it wanted; a full disk is told. */
export function handleOutputError(error: Error, isResult: boolean): void {
  if ('code' in error && error.code === 'EPIPE') return;
  process.exitCode = 1;
  if (isResult)
    process.stderr.write(`model-ledger: the output could not be written: ${escapeControls(error.message)}\n`);
}
