import { closeSync, fsyncSync, mkdirSync, openSync, readdirSync, renameSync, rmSync, writeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** Puts a text in a file's place at once: a reader finds the old one or the new one, also after a power cut. */
export function replaceFile(path: string, text: string): void {
  const folder = dirname(path);
  mkdirSync(folder, { recursive: true });
  removeDrafts(folder, basename(path));
  const draft = join(folder, `.${basename(path)}.${process.pid}.tmp`);
  try {
    writeThrough(draft, text);
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** Those of processes that were killed while they wrote: each has a name of its own, and nobody else would clear them away. */
function removeDrafts(folder: string, name: string): void {
  for (const file of readdirSync(folder)) {
    if (!file.startsWith(`.${name}.`)) continue;
    const [, pid] = /^(\d+)\.tmp$/.exec(file.slice(name.length + 2)) ?? [];
    if (pid !== undefined && !isAlive(Number(pid))) rmSync(join(folder, file), { force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH');
  }
}

function writeThrough(path: string, text: string): void {
  const handle = openSync(path, 'w');
  try {
    const bytes = Buffer.from(text);
    for (let done = 0; done < bytes.length; ) done += writeSync(handle, bytes, done);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
