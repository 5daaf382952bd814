import { lstat, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { compareText } from '../../core/collections.ts';
import { codeOf } from '../../core/errors.ts';
import { isGzip, nameForeignFormat } from '../../core/reading/text/foreignFormat.ts';
import type { OnLeftOut } from '../history.ts';
import { readBeginning } from '../input.ts';

/** Names of files that are taken for saved answers without a look into them. */
const SAVED = /\.(?:json|html?|txt|xml)(?:\.(?:gz|br))?$/i;
const BEGINNING_BYTES = 4096;
/** How a list begins, in UTF-8 or UTF-16, with or without a byte order mark. */
const LIST_START = /^(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?[\s\0]*[[{]/;

/**
 * The files below a folder that may hold an answer, sorted by name; all others are reported. Links to files are read,
 * links to folders are not followed.
 * @returns paths below the folder
 */
export async function* walkSaved(folder: string, onLeftOut: OnLeftOut, below = ''): AsyncGenerator<string> {
  const entries = await readdir(join(folder, below), { withFileTypes: true });
  entries.sort((a, b) => compareText(a.name, b.name));
  for (const entry of entries) {
    const path = join(below, entry.name);
    const leaveOut = (reason: string): void => onLeftOut({ name: join(folder, path), reason });
    if (entry.name.includes(LOST) && !(await isThere(join(folder, path)))) leaveOut(NOT_UTF8);
    else if (entry.name.startsWith('.')) leaveOut(entry.isDirectory() ? 'a hidden folder' : 'a hidden file');
    else if (entry.isDirectory()) yield* walkSaved(folder, onLeftOut, path);
    else {
      const reason = await whyNoAnswer(join(folder, path), entry.isSymbolicLink());
      if (reason === undefined) yield path;
      else leaveOut(reason);
    }
  }
}

/** What Node puts in the place of bytes that are no UTF-8; by such a name nothing can be opened. */
const LOST = '\ufffd';
const NOT_UTF8 = 'its name is not UTF-8: rename it, or link to it under another name';

async function isThere(path: string): Promise<boolean> {
  return await lstat(path).then(
    () => true,
    () => false,
  );
}

async function whyNoAnswer(path: string, isLink: boolean): Promise<string | undefined> {
  const info = await stat(path).catch(() => undefined);
  if (info === undefined) return isLink ? 'a link to a file that is not there' : 'it cannot be read';
  if (info.isDirectory()) return 'a link to a folder, which is not followed';
  if (!info.isFile()) return 'it is no regular file';
  if (SAVED.test(path)) return undefined;
  const beginning = await readBeginning(path, BEGINNING_BYTES).catch(cannotBeRead);
  if (typeof beginning === 'string') return beginning;
  if (isGzip(beginning) || LIST_START.test(beginning.toString('latin1'))) return undefined;
  return nameForeignFormat(beginning) ?? 'neither its name nor its beginning is that of a saved list';
}

export function cannotBeRead(error: unknown): string {
  return `it cannot be read (${codeOf(error) || error})`;
}
