import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { codeOf, DataFileError, messageOf, tryTo } from '../../../core/errors.ts';

const PREFIX = 'model-ledger-';

/**
 * Runs `work` in a folder of its own and removes it afterwards, along with those that killed processes have left.
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

/** Removes the temporary folders of killed processes of this program, such as copies of repositories. */
export function sweepTemporary(): void {
  const place = tmpdir();
  if (existsSync(place)) removeLeftovers(place, PREFIX, '-');
}

/** The error where the folder for temporary files is at fault, not the data file. */
export function noRoom(place: string, cause: unknown): DataFileError {
  const words = messageOf(cause);
  return new DataFileError('no_temporary', `The folder for temporary files, ${place}, cannot be used (${words}).`, {
    hint: 'Make room in it, or name another one, as TMPDIR=/var/tmp does.',
    cause,
  });
}

/** Removes from a folder what belongs to dead processes: names with a process id between two fixed texts. */
export function removeLeftovers(folder: string, before: string, after: string): void {
  for (const entry of readdirSync(folder)) {
    const [, pid, rest] = (entry.startsWith(before) && /^(\d+)(.*)$/s.exec(entry.slice(before.length))) || [];
    if (pid === undefined || !rest?.startsWith(after) || isAlive(Number(pid))) continue;
    // Another user's may stay, and is in nobody's way.
    tryTo(() => rmSync(join(folder, entry), { recursive: true, force: true }));
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // Another user's process refuses the signal, but it is alive.
    return codeOf(error) !== 'ESRCH';
  }
}
