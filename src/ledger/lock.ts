import { basename, dirname, extname, join } from 'node:path';
import Database from 'better-sqlite3';
import { LockedError } from '../core/errors.ts';
import { dataFileError } from './failure.ts';

export interface Lock {
  readonly release: () => void;
}

/** The small database beside the data file whose only use is its lock: `data/ledger.lock.db`. */
export function lockPath(file: string): string {
  const extension = extname(file);
  return join(dirname(file), `${basename(file, extension)}.lock${extension || '.db'}`);
}

/**
 * Makes this process the only writer. The lock is the operating system's, held through SQLite: a killed process
 * leaves nothing stale.
 * @throws LockedError when another run holds it
 */
export function acquireLock(file: string): Lock {
  let lock: Database.Database | undefined;
  try {
    lock = new Database(lockPath(file), { timeout: 0 });
    lock.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    lock?.close();
    if (error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY')) {
      throw new LockedError('locked', `another run is writing to ${file}; nothing was written`, {
        hint: 'try again when it has ended, or give --wait 30s',
        cause: error,
      });
    }
    throw dataFileError(file, error);
  }
  const held = lock;
  return { release: () => held.close() };
}
