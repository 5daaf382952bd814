import { copyFileSync, existsSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type Database from 'better-sqlite3';
import { DataFileError } from '../../core/errors.ts';
import { makeTemporaryFolder } from './disk/temporary.ts';
import { isSqliteError, openDatabase } from './driver.ts';

/** How often a file is copied that is written to meanwhile. */
const TRIES = 3;

/** Whether SQLite has to write beside the file before it can read it, and may not. */
export function wantsToWrite(error: unknown): boolean {
  return isSqliteError(error) && /^SQLITE_(?:CANTOPEN|READONLY)/.test(error.code);
}

/**
 * Opens a copy of the data file for reading, log and all, where the file itself cannot be opened without writing beside
 * it: in a folder or on a disk that is read-only, its sidecars gone. The copy has no name and goes with its connection.
 * @throws DataFileError when the file is written to all the while
 */
export function openAside(file: string): Database.Database {
  const folder = makeTemporaryFolder();
  try {
    const copy = join(folder, 'copy.db');
    copyWhole(file, copy);
    const sqlite = openDatabase(copy, { fileMustExist: true });
    // Opened, the log read and the last file held: from here on nothing of it needs a name.
    sqlite.pragma('journal_mode = DELETE');
    return sqlite;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function copyWhole(file: string, copy: string): void {
  for (let i = 0; i < TRIES; i += 1) {
    const before = stateOf(file);
    copyFileSync(file, copy);
    if (existsSync(`${file}-wal`)) copyFileSync(`${file}-wal`, `${copy}-wal`);
    else rmSync(`${copy}-wal`, { force: true });
    if (stateOf(file) === before) return;
  }
  throw new DataFileError('in_use', `${file} is being written to and cannot be read without writing beside it.`, {
    hint: 'Try again, or read a copy that model-ledger backup has made.',
  });
}

/** Two copies of one state are the same; whoever writes changes it. */
export function stateOf(file: string): string {
  return ['', '-wal']
    .map((ending) => statSync(file + ending, { bigint: true, throwIfNoEntry: false }))
    .map((found) => `${found?.ino} ${found?.size} ${found?.mtimeNs}`)
    .join('\n');
}
