import { rmSync, statSync } from 'node:fs';
import type Database from 'better-sqlite3';
import { UsageError } from '../../core/errors.ts';
import { withDraft } from './disk/draft.ts';
import { putInPlace } from './disk/durable.ts';
import { isSameFile } from './disk/fileIdentity.ts';
import { isSqliteError } from './driver.ts';
import { dataFileError, withFile } from './failure.ts';

interface OpenDatabase {
  readonly sqlite: Database.Database;
  readonly file: string;
}

/**
 * Copies the data file while others may read and write it. The copy is a single file, and appears only when it is
 * whole.
 * @throws UsageError when the target exists already, or is the data file itself
 */
export function backUp(
  { sqlite, file }: OpenDatabase,
  target: string,
  options: { replace?: boolean | undefined } = {},
): void {
  const there = statSync(target, { throwIfNoEntry: false });
  const own = statSync(file);
  if (isSameFile(there, own)) {
    throw new UsageError('target_is_source', `${target} is the data file itself; nothing was written.`, {
      hint: 'Name another file for the copy.',
    });
  }
  if (there !== undefined && !options.replace) {
    throw new UsageError('target_exists', `${target} exists already; nothing was written.`, {
      hint: 'Name a new file, or give --force to replace it.',
    });
  }
  putCopy({ sqlite, file }, target);
}

/** Makes a copy that appears only when it is whole. */
export function putCopy(database: OpenDatabase, target: string): void {
  const partial = `${target}.partial`;
  withFile(target, () =>
    withDraft(partial, () => {
      copyInto(database, partial);
      // The log of an earlier file of this name would be replayed over the copy.
      for (const sidecar of ['-wal', '-shm']) rmSync(target + sidecar, { force: true });
      putInPlace(partial, target);
    }),
  );
}

/**
 * Writes a whole database, including its log, into a new file.
 * @param blame makes the error where the copy cannot be written
 * @throws DataFileError about the database or about the copy, whichever it is
 */
export function copyInto(
  { sqlite, file }: OpenDatabase,
  copy: string,
  blame: (error: unknown) => unknown = (error) => dataFileError(copy, error),
): void {
  try {
    sqlite.prepare('VACUUM INTO ?').run(copy);
  } catch (error) {
    // These codes can only be about the place of the copy; any other is about the database.
    const isOwn =
      isSqliteError(error) && !/^SQLITE_(?:FULL|IOERR(?!_(?:SHORT_)?READ)|CANTOPEN|READONLY|PERM)/.test(error.code);
    throw isOwn ? dataFileError(file, error) : blame(error);
  }
}
