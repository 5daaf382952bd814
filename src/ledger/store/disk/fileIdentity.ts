import { existsSync, lstatSync, readdirSync, readlinkSync, realpathSync, type Stats, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { codeOf, DataFileError } from '../../../core/errors.ts';

/** Whether two names, or one name at two times, are the same file. */
export function isSameFile(one: Stats | undefined, other: Stats | undefined): boolean {
  return one !== undefined && other !== undefined && one.dev === other.dev && one.ino === other.ino;
}

/** Detects, before a commit, a file that was moved away or replaced: everything written to it would be lost. */
export function watchIdentity(file: string): () => void {
  if (file === ':memory:') return () => {};
  const opened = identityOf(file);
  return () => {
    if (opened !== null && identityOf(file) === opened) return;
    throw new DataFileError('replaced', `${file} was moved or replaced while it was open.`, { hint: 'Run again.' });
  };
}

/** Distinguishes a file from one that replaces it; null where there is none. */
export function identityOf(file: string): string | null {
  const found = statSync(file, { throwIfNoEntry: false });
  return found === undefined ? null : `${found.dev} ${found.ino}`;
}

const MOST_LINKS = 40;

/** The file that a name leads to, whether it exists or not. */
export function followLinks(file: string, links = MOST_LINKS): string {
  const there = lstatSync(file, { throwIfNoEntry: false });
  if (there === undefined || links === 0) return file;
  if (statSync(file, { throwIfNoEntry: false }) !== undefined) return realNameOf(file);
  return there.isSymbolicLink() ? followLinks(resolve(dirname(file), readlinkSync(file)), links - 1) : file;
}

/** The name as it was given where Node cannot write the whole path: a folder above may have a name that is not UTF-8. */
function realNameOf(file: string): string {
  try {
    return realpathSync(file);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
    return file;
  }
}

/** SQLite's log of a data file, which stands beside the file itself and not beside a link to it. */
export function logOf(file: string): string {
  return `${followLinks(file)}-wal`;
}

/**
 * The names of a data file: first the one that symbolic links lead to, by which it is opened, then its other hard
 * links.
 * @throws DataFileError when some of its hard links are in other folders, where they cannot be found
 */
export function namesOf(file: string): readonly string[] {
  const followed = followLinks(file);
  const target = existsSync(dirname(resolve(followed))) ? resolve(followed) : followed;
  const own = statSync(target, { throwIfNoEntry: false });
  if (own === undefined || !own.isFile() || own.nlink < 2) return [target];
  const others = namesIn(dirname(target), own).filter((name) => name !== target);
  if (others.length + 1 >= own.nlink) return [target, ...others];
  const message = `${file} has ${own.nlink} names (hard links), some of them in other folders; nothing was written.`;
  throw new DataFileError('several_names', message, {
    hint: 'Leave the file one name, beside which SQLite keeps its log, and link to it with ln -s.',
  });
}

function namesIn(folder: string, own: Stats): readonly string[] {
  return readdirSync(folder)
    .map((name) => join(folder, name))
    .filter((name) => isSameFile(own, lstatSync(name, { throwIfNoEntry: false })));
}
