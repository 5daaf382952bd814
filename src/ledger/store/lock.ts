// Longer than other files: a lock is the order in which handles are opened and closed, so that stays in one place.
import { closeSync, existsSync, fstatSync, openSync, type Stats, statSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type Database from 'better-sqlite3';
import { DataFileError, LockedError } from '../../core/errors.ts';
import { isSameFile, namesOf } from './disk/fileIdentity.ts';
import { isBusy, openDatabase } from './driver.ts';
import { dataFileError } from './failure.ts';
import { hasContent, refuseOthers } from './file.ts';
import { refuseForeign } from './refuseForeign.ts';

export interface Lock {
  /** @throws LockedError when the lock's file is no longer in its place: another run may hold a new one */
  readonly prove: () => void;
  readonly release: () => void;
}

export interface LockOptions {
  /** How long to wait for another run to end, in milliseconds; 0 by default. */
  readonly waitMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

const POLL_MS = 50;

/** The small database beside the data file that exists only to be locked: `data/ledger.lock.db`. */
export function lockPath(file: string): string {
  return pathBeside(file, 'lock');
}

function pathBeside(file: string, kind: Kind): string {
  const extension = extname(file);
  return join(dirname(file), `${basename(file, extension)}.${kind}${extension || '.db'}`);
}

/** Whoever writes holds `lock`. A sweep holds `sweep` all the time, and `lock` for short turns. */
const TROUBLE = { lock: 'Another run is writing to', sweep: 'Another sweep is under way for' } as const;
type Kind = keyof typeof TROUBLE;
/** Longer than any turn of a sweep takes. */
const TURN_MS = 5000;

/**
 * Makes this process the only writer, whichever of its names the data file is opened by. The lock is the operating
 * system's, held through SQLite, so that a killed process leaves nothing stale.
 * @throws LockedError when another run holds it for longer than the wait
 * @throws DataFileError when the file has names that cannot share a lock
 */
export async function acquireLock(file: string, { waitMs = 0, signal }: LockOptions = {}): Promise<Lock> {
  return await waitFor(file, 'lock', () => Math.max(waitMs, isSweeping(file) ? TURN_MS : 0), signal);
}

/**
 * Makes this process the only one that sweeps.
 * @throws LockedError when another sweep is under way for longer than the wait
 * @throws DataFileError when the file is no ledger of this version or an older one
 */
export async function acquireSweepLock(file: string, { waitMs = 0, signal }: LockOptions = {}): Promise<Lock> {
  lookFirst(file, 'sweep');
  return await waitFor(file, 'sweep', () => waitMs, signal);
}

/**
 * Looks at the file where its lock is the first thing that would be made beside it; else it is looked at once, when it is
 * opened for writing.
 * @throws DataFileError when it is no ledger of this version or an older one
 */
export function lookFirst(file: string, kind: Kind = 'lock'): void {
  if (!existsSync(pathBeside(file, kind))) refuseForeign(file);
}

/** Whether a sweep is under way: a lock that it holds is free again within milliseconds, and worth waiting for. */
function isSweeping(file: string): boolean {
  if (!namesOf(file).some((name) => existsSync(pathBeside(name, 'sweep')))) return false;
  try {
    tryLock(file, 'sweep').release();
    return false;
  } catch (error) {
    return error instanceof LockedError;
  }
}

async function waitFor(
  file: string,
  kind: Kind,
  longestMs: () => number,
  signal: AbortSignal | undefined,
): Promise<Lock> {
  let tries: number | undefined;
  for (;;) {
    try {
      return tryLock(file, kind);
    } catch (error) {
      if (!(error instanceof LockedError)) throw error;
      tries ??= Math.ceil(longestMs() / POLL_MS);
      if (tries <= 0) throw error;
      tries -= 1;
    }
    await setTimeout(POLL_MS, undefined, { signal });
  }
}

function tryLock(file: string, kind: Kind): Lock {
  refuseOthers(file);
  const names = namesOf(file);
  const held: Lock[] = [];
  const release = (): void => {
    for (const lock of held) lock.release();
  };
  try {
    for (const name of names) held.push(lockOne(file, pathBeside(name, kind), `${TROUBLE[kind]} ${file}`));
    refuseOtherLog(file, names.slice(1));
  } catch (error) {
    release();
    throw error;
  }
  const prove = (): void => {
    for (const lock of held) lock.prove();
  };
  return { prove, release };
}

/** Refuses a file whose log is beside another of its names, where a run would not see it. */
function refuseOtherLog(file: string, others: readonly string[]): void {
  const other = others.find((name) => hasContent(`${name}-wal`));
  if (other === undefined) return;
  throw new DataFileError('other_log', `The newest runs of ${file} stand in ${other}-wal; nothing was written.`, {
    hint: `Name ${other}, which is the same file, with --db, and leave the file one name.`,
  });
}

/** The lock files that this process holds: opening and closing one again would release its lock. */
const heldHere = new Map<string, Stats>();

function lockOne(file: string, path: string, trouble: string): Lock {
  if (isSameFile(heldHere.get(path), statSync(path, { throwIfNoEntry: false }))) throw locked(trouble);
  let handle: number | undefined;
  let lock: Database.Database | undefined;
  const release = (): void => {
    if (handle !== undefined && isSameFile(heldHere.get(path), fstatSync(handle))) heldHere.delete(path);
    lock?.close();
    // Last, as closing any handle of a file releases all locks that the process has on it.
    if (handle !== undefined) closeSync(handle);
  };
  try {
    refuseOthers(path, 'Move it away: a run makes its lock there.');
    handle = openSync(path, 'a');
    lock = openDatabase(path, { timeout: 0 });
    lock.exec('BEGIN EXCLUSIVE');
    heldHere.set(path, fstatSync(handle));
  } catch (error) {
    release();
    if (isBusy(error)) throw locked(trouble, error);
    throw dataFileError(file, error);
  }
  const own = fstatSync(handle);
  const isHeld = (): boolean => isSameFile(own, statSync(path, { throwIfNoEntry: false }));
  // It may have been deleted or replaced between two of the steps above.
  if (!isHeld()) {
    release();
    throw locked(trouble);
  }
  const prove = (): void => {
    if (isHeld()) return;
    throw new LockedError('lock_lost', `${path} was removed while it was this run's lock.`, {
      hint: 'Run again, and leave that file where it is: another run may have written meanwhile.',
    });
  };
  return { prove, release };
}

function locked(trouble: string, cause?: unknown): LockedError {
  return new LockedError('locked', `${trouble}; nothing was written.`, {
    hint: 'Try again when it has ended, or give --wait 30s.',
    cause,
  });
}
