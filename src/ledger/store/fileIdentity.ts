import { statSync } from 'node:fs';
import { DataFileError } from '../../core/errors.ts';

/** A file that was moved away or replaced takes every write and loses it: found out before the commit. */
export function watchPlace(file: string): () => void {
  if (file === ':memory:') return () => {};
  const { dev, ino } = statSync(file);
  return () => {
    const now = statSync(file, { throwIfNoEntry: false });
    if (now?.dev === dev && now.ino === ino) return;
    throw new DataFileError('replaced', `${file} was moved or replaced while it was open; nothing was written`, {
      hint: 'run again',
    });
  };
}

/** What tells this file from another one that was put in its place; null where there is none. */
export function placeOf(file: string): string | null {
  const found = statSync(file, { throwIfNoEntry: false });
  return found === undefined ? null : `${found.dev} ${found.ino}`;
}
