import { existsSync, realpathSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type Database from 'better-sqlite3';
import { LockedError } from '../../core/errors.ts';
import { isSqliteError, openDatabase } from './driver.ts';
import { dataFileError } from './failure.ts';

export interface Lock {
  readonly release: () => void;
}

export interface LockOptions {
  /** How long to wait for another run to end, in milliseconds; 0 unless told. */
  readonly waitMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

const POLL_MS = 50;

/**
 * The small database beside the data file whose only use is its lock: `data/ledger.lock.db`. Beside the file itself,
 * not beside a link to it: whatever the file is called, its lock is the same.
 */
export function lockPath(file: string): string {
  const target = existsSync(file) ? realpathSync(file) : file;
  const extension = extname(target);
  return join(dirname(target), `${basename(target, extension)}.lock${extension || '.db'}`);
}

/**
 * Makes this process the only writer. The lock is the operating system's, held through SQLite: a killed process
 * leaves nothing stale.
 * @throws LockedError when another run holds it for longer than the wait
 */
export async function acquireLock(file: string, { waitMs = 0, signal }: LockOptions = {}): Promise<Lock> {
  const tries = Math.ceil(waitMs / POLL_MS);
  for (let i = 0; i < tries; i += 1) {
    try {
      return tryLock(file);
    } catch (error) {
      if (!(error instanceof LockedError)) throw error;
    }
    await setTimeout(POLL_MS, undefined, { signal });
  }
  return tryLock(file);
}

function tryLock(file: string): Lock {
  let lock: Database.Database | undefined;
  try {
    lock = openDatabase(lockPath(file), { timeout: 0 });
    lock.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    lock?.close();
    if (isSqliteError(error) && error.code.startsWith('SQLITE_BUSY')) {
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
