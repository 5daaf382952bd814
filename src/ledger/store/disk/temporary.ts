import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataFileError, messageOf } from '../../../core/errors.ts';

const PREFIX = 'model-ledger-';

/**
 * Runs `work` in a folder of its own, which goes afterwards. What killed processes have left goes too.
 * @throws DataFileError when the folder for temporary files is missing, full or not to be written to
 */
export async function inTemporaryFolder<T>(work: (folder: string) => T | Promise<T>): Promise<T> {
  const folder = makeTemporaryFolder();
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @throws DataFileError as {@link inTemporaryFolder} */
export function makeTemporaryFolder(): string {
  const place = tmpdir();
  try {
    sweepTemporary();
    return mkdtempSync(join(place, `${PREFIX}${process.pid}-`));
  } catch (error) {
    throw noRoom(place, error);
  }
}

/** Removes what killed processes of this program have left in the folder for temporary files, copies of repositories too. */
export function sweepTemporary(): void {
  const place = tmpdir();
  if (existsSync(place)) removeLeftovers(place, PREFIX, '-');
}

/** It is the folder's fault, not the data file's. */
export function noRoom(place: string, cause: unknown): DataFileError {
  const words = messageOf(cause);
  return new DataFileError('no_temporary', `The folder for temporary files, ${place}, cannot be used (${words}).`, {
    hint: 'Make room in it, or name another one, as TMPDIR=/var/tmp does.',
    cause,
  });
}

/** Removes what processes that are no more have left in a folder: their id stands in the name, between two texts. */
export function removeLeftovers(folder: string, before: string, after: string): void {
  for (const entry of readdirSync(folder)) {
    const [, pid, rest] = (entry.startsWith(before) && /^(\d+)(.*)$/s.exec(entry.slice(before.length))) || [];
    if (pid === undefined || !rest?.startsWith(after) || isAlive(Number(pid))) continue;
    try {
      rmSync(join(folder, entry), { recursive: true, force: true });
    } catch {
      // Another user's: it is in nobody's way.
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // Another user's process may not be asked, but it is there.
    return error instanceof Error && 'code' in error && error.code !== 'ESRCH';
  }
}
