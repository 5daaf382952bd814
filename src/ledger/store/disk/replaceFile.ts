import { writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { ExportError, messageOf } from '../../../core/errors.ts';
import { withDraft } from './draft.ts';
import { AS_BEFORE, putInPlace, REPLACED } from './durable.ts';
import { makeFolder } from './makeFolder.ts';
import { removeLeftovers } from './temporary.ts';

/**
 * Replaces a file by a text: a reader finds either the old one or the new one, also after a power cut.
 * @throws ExportError when the file system refuses
 */
export function replaceFile(path: string, text: string): void {
  const folder = dirname(path);
  const [before, after] = [`.${basename(path)}.`, '.tmp'];
  const draft = join(folder, `${before}${process.pid}${after}`);
  let state = AS_BEFORE;
  try {
    makeFolder(folder);
    removeLeftovers(folder, before, after);
    withDraft(draft, () => {
      writeFileSync(draft, text);
      putInPlace(draft, path, () => {
        state = REPLACED;
      });
    });
  } catch (cause) {
    throw new ExportError('not_written', `${path} could not be written (${messageOf(cause)}); ${state}.`, {
      hint: 'Make room or check the rights of its folder, and run again.',
      cause,
    });
  }
}
