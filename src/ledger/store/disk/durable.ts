import { closeSync, fsyncSync, openSync, renameSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Puts a whole file, which nobody has open, in another one's place, so that a power cut leaves the old one or it.
 * @param onReplaced told where it stands there: what fails after that leaves the new one, not the old one
 */
export function putInPlace(draft: string, path: string, onReplaced: () => void = () => {}): void {
  sync(draft);
  renameSync(draft, path);
  onReplaced();
  syncFolder(path);
}

/** In which state a file is, as {@link putInPlace} tells it. */
export const AS_BEFORE = 'it is as it was before';
export const REPLACED = 'the new one stands there, but a power cut may bring the old one back';

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
