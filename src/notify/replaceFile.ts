import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { putInPlace } from '../ledger/store/disk/durable.ts';
import { removeLeftovers } from '../ledger/store/disk/temporary.ts';

/** Puts a text in a file's place at once: a reader finds the old one or the new one, also after a power cut. */
export function replaceFile(path: string, text: string): void {
  const folder = dirname(path);
  mkdirSync(folder, { recursive: true });
  const [before, after] = [`.${basename(path)}.`, '.tmp'];
  const draft = join(folder, `${before}${process.pid}${after}`);
  try {
    removeLeftovers(folder, before, after);
    write(draft, text);
    putInPlace(draft, path);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}

function write(path: string, text: string): void {
  const handle = openSync(path, 'w');
  try {
    const bytes = Buffer.from(text);
    for (let done = 0; done < bytes.length; ) done += writeSync(handle, bytes, done);
  } finally {
    closeSync(handle);
  }
}
