import { closeSync, fsyncSync, openSync, renameSync } from 'node:fs';
import { dirname } from 'node:path';

/** Puts a whole file, which nobody has open, in another one's place, so that a power cut leaves the old one or it. */
export function putInPlace(draft: string, path: string): void {
  sync(draft);
  renameSync(draft, path);
  syncFolder(path);
}

/** Makes the names in a file's folder survive a power cut. */
export function syncFolder(path: string): void {
  // Windows opens no folder, and keeps names without being asked.
  if (process.platform !== 'win32') sync(dirname(path));
}

function sync(path: string): void {
  const handle = openSync(path, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
