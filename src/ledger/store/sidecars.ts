import type Database from 'better-sqlite3';
import { openDatabase } from './driver.ts';

/**
 * Closes a connection that may write and leaves `-wal` (emptied) and `-shm` beside the data file. SQLite would remove
 * them with the last connection, and an account that may not write could then not read: it cannot make them anew. A
 * connection that only reads cannot remove them, so one is opened first and closed last.
 */
export function closeInPlace(file: string, sqlite: Database.Database): void {
  const keeper = openKeeper(file);
  try {
    if (keeper !== undefined) emptyLog(sqlite);
  } finally {
    sqlite.close();
    keeper?.close();
  }
}

/** Nothing where the file has been moved away, or was never whole: then nobody waits for its sidecars. */
function openKeeper(file: string): Database.Database | undefined {
  let keeper: Database.Database | undefined;
  try {
    keeper = openDatabase(file, { readonly: true, fileMustExist: true, timeout: 0 });
    // With its first look a connection joins those that the log is kept for.
    keeper.prepare('SELECT count(*) FROM sqlite_schema').get();
    return keeper;
  } catch {
    keeper?.close();
    return undefined;
  }
}

/**
 * Best effort and without waiting for readers: what is committed is safe in the log, from where a later run moves it.
 */
function emptyLog(sqlite: Database.Database): void {
  try {
    sqlite.pragma('busy_timeout = 0');
    sqlite.pragma('wal_checkpoint(TRUNCATE)');
  } catch {
    // The log stays as it is, as it does where a process is killed.
  }
}
