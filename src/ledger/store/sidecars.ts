import { existsSync } from 'node:fs';
import type Database from 'better-sqlite3';
import { DataFileError } from '../../core/errors.ts';
import { followLinks } from './disk/fileIdentity.ts';
import { openDatabase } from './driver.ts';
import { dataFileError } from './failure.ts';

/**
 * Closes a connection that may write, and leaves `-wal` (emptied) and `-shm` beside the data file. SQLite would remove
 * them with the last connection, but an account that may not write needs them to read, as it cannot make them. A
 * read-only connection does not remove them, so one is opened first and closed last.
 * @param onWarning told of what did not succeed; everything is committed all the same
 */
export function closeInPlace(
  file: string,
  sqlite: Database.Database,
  onWarning: (words: string) => void = () => {},
): void {
  const keeper = openKeeper(file);
  try {
    const warning = keeper && emptyLog(file, sqlite);
    if (warning !== undefined) onWarning(warning);
  } finally {
    sqlite.close();
    keeper?.close();
  }
}

/** Undefined where the file has been moved away or was never whole: then nobody needs its sidecars. */
function openKeeper(file: string): Database.Database | undefined {
  let keeper: Database.Database | undefined;
  try {
    keeper = openDatabase(file, { readonly: true, fileMustExist: true, timeout: 0 });
    // Only a connection that has read something keeps the log in place.
    keeper.prepare('SELECT count(*) FROM sqlite_schema').get();
    return keeper;
  } catch {
    keeper?.close();
    return undefined;
  }
}

/** Does not wait for readers: what is committed is safe in the log, which a later run can empty. */
function emptyLog(file: string, sqlite: Database.Database): string | undefined {
  try {
    sqlite.pragma('busy_timeout = 0');
    sqlite.pragma('wal_checkpoint(TRUNCATE)');
    return undefined;
  } catch (error) {
    // The log stays full, as it does where a process is killed.
    const failure = dataFileError(file, error);
    if (!(failure instanceof DataFileError)) return undefined;
    return `${failure.message} What was recorded is safe in the log beside it (${file}-wal), from where the next run moves it.`;
  }
}

/**
 * To be called before a file is opened for reading that may be none of ours: SQLite makes sidecars for it, and leaves
 * them there, as a read-only connection cannot remove them.
 * @returns removes those that were made meanwhile; to be called when the file is closed
 */
export function watchSidecars(file: string): () => void {
  const index = `${followLinks(file)}-shm`;
  if (existsSync(index)) return () => {};
  return () => {
    if (!existsSync(index)) return;
    let sqlite: Database.Database | undefined;
    try {
      // The last connection removes them when it closes, if it may write and has read something.
      sqlite = openDatabase(file, { fileMustExist: true, timeout: 0 });
      sqlite.pragma('user_version');
    } catch {
      // Another program has the file, and the sidecars are its own by now.
    } finally {
      sqlite?.close();
    }
  };
}
