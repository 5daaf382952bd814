import { rmSync, statSync } from 'node:fs';
import type Database from 'better-sqlite3';
import { UsageError } from '../../core/errors.ts';
import { withDraft } from './disk/draft.ts';
import { putInPlace } from './disk/durable.ts';
import { isSameFile } from './disk/fileIdentity.ts';
import { isSqliteError } from './driver.ts';
import { dataFileError, withFile } from './failure.ts';

/** An open database and where it is. */
interface OpenDatabase {
  readonly sqlite: Database.Database;
  readonly file: string;
}

/**
 * Copies the data file while others may read and write it. The copy is one file that opens by itself, and stands in its
 * place only when it is whole.
 * @throws UsageError when there is something in its place already, or the data file itself
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

/** Puts a copy in its place when it is whole. */
export function putCopy(database: OpenDatabase, target: string): void {
  const partial = `${target}.partial`;
  withFile(target, () =>
    withDraft(partial, () => {
      copyInto(database, partial);
      // A log left by what stood there would be replayed over the copy.
      for (const sidecar of ['-wal', '-shm']) rmSync(target + sidecar, { force: true });
      putInPlace(partial, target);
    }),
  );
}

/**
 * Writes all of a database, also what stands in its log, into a new file.
 * @param blame makes the error where it is the copy's place that is at fault
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
    // What it reads is at fault but for what only a place can be that it writes to.
    const isOwn =
      isSqliteError(error) && !/^SQLITE_(?:FULL|IOERR(?!_(?:SHORT_)?READ)|CANTOPEN|READONLY|PERM)/.test(error.code);
    throw isOwn ? dataFileError(file, error) : blame(error);
  }
}
