import { existsSync, realpathSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { LockedError } from '../../core/errors.ts';
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
  return pathBeside(file, 'lock');
}

function pathBeside(file: string, kind: string): string {
  const target = existsSync(file) ? realpathSync(file) : file;
  const extension = extname(target);
  return join(dirname(target), `${basename(target, extension)}.${kind}${extension || '.db'}`);
}

/** What one sweep at a time holds, for as long as it takes; it writes in short turns with the lock of all writers. */
const SWEEP = 'sweep';
/** Longer than any turn of a sweep. */
const TURN_MS = 5000;

/**
 * Makes this process the only writer. The lock is the operating system's, held through SQLite: a killed process
 * leaves nothing stale.
 * @throws LockedError when another run holds it for longer than the wait
 */
export async function acquireLock(file: string, { waitMs = 0, signal }: LockOptions = {}): Promise<Lock> {
  return await waitFor(
    () => tryLock(file, lockPath(file), 'another run is writing to'),
    () => Math.max(waitMs, isSweeping(file) ? TURN_MS : 0),
    signal,
  );
}

/**
 * Makes this process the only one that sweeps.
 * @throws LockedError when another sweep is under way for longer than the wait
 */
export async function acquireSweepLock(file: string, { waitMs = 0, signal }: LockOptions = {}): Promise<Lock> {
  return await waitFor(
    () => tryLock(file, pathBeside(file, SWEEP), 'another sweep is under way for'),
    () => waitMs,
    signal,
  );
}

/** Whoever finds a sweep's turn in the way waits for its end, which is a matter of milliseconds. */
function isSweeping(file: string): boolean {
  const path = pathBeside(file, SWEEP);
  if (!existsSync(path)) return false;
  try {
    tryLock(file, path, 'another sweep is under way for').release();
    return false;
  } catch (error) {
    return error instanceof LockedError;
  }
}

async function waitFor(attempt: () => Lock, patienceMs: () => number, signal: AbortSignal | undefined): Promise<Lock> {
  let tries: number | undefined;
  for (;;) {
    try {
      return attempt();
    } catch (error) {
      if (!(error instanceof LockedError)) throw error;
      tries ??= Math.ceil(patienceMs() / POLL_MS);
      if (tries <= 0) throw error;
      tries -= 1;
    }
    await setTimeout(POLL_MS, undefined, { signal });
  }
}

function tryLock(file: string, path: string, trouble: string): Lock {
  let lock: Database.Database | undefined;
  try {
    lock = new Database(path, { timeout: 0 });
    lock.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    lock?.close();
    if (error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY')) {
      throw new LockedError('locked', `${trouble} ${file}; nothing was written`, {
        hint: 'try again when it has ended, or give --wait 30s',
        cause: error,
      });
    }
    throw dataFileError(file, error);
  }
  const held = lock;
  return { release: () => held.close() };
}
