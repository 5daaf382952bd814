import { copyFileSync, existsSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type Database from 'better-sqlite3';
import { DataFileError } from '../../core/errors.ts';
import { logOf } from './disk/fileIdentity.ts';
import { makeTemporaryFolder } from './disk/temporary.ts';
import { isSqliteError, openDatabase } from './driver.ts';

/** How often copying is tried while the file is being written to. */
const TRIES = 3;

/** Whether SQLite cannot read the file because it may not write beside it. */
export function wantsToWrite(error: unknown): boolean {
  return isSqliteError(error) && /^SQLITE_(?:CANTOPEN|READONLY)/.test(error.code);
}

/**
 * Opens a copy of the data file and its log for reading, where the file itself cannot be opened without writing beside
 * it: in a read-only folder or disk, without its sidecars. The copy has no name and vanishes with its connection.
 * @throws DataFileError when the file is written to all the while
 */
export function openAside(file: string): Database.Database {
  const folder = makeTemporaryFolder();
  try {
    const copy = join(folder, 'copy.db');
    copyWhole(file, copy);
    const sqlite = openDatabase(copy, { fileMustExist: true });
    // This moves the log into the copy, which is open from now on and needs no name any more.
    sqlite.pragma('journal_mode = DELETE');
    return sqlite;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function copyWhole(file: string, copy: string): void {
  const log = logOf(file);
  for (let i = 0; i < TRIES; i += 1) {
    const before = stateOf(file);
    copyFileSync(file, copy);
    if (existsSync(log)) copyFileSync(log, `${copy}-wal`);
    else rmSync(`${copy}-wal`, { force: true });
    if (stateOf(file) === before) return;
  }
  throw new DataFileError('in_use', `${file} is being written to and cannot be read without writing beside it.`, {
    hint: 'Try again, or read a copy that model-ledger backup has made.',
  });
}

/** Changes whenever the file or its log is written. */
export function stateOf(file: string): string {
  return [file, logOf(file)]
    .map((path) => statSync(path, { bigint: true, throwIfNoEntry: false }))
    .map((found) => `${found?.ino} ${found?.size} ${found?.mtimeNs}`)
    .join('\n');
}
