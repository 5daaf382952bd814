import { closeSync, fsyncSync, openSync, renameSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Replaces a file by a draft that nobody has open, so that a power cut leaves either of them whole.
 * @param onReplaced called once the new file is in place: a later failure leaves that one
 */
export function putInPlace(draft: string, path: string, onReplaced: () => void = () => {}): void {
  sync(draft);
  renameSync(draft, path);
  onReplaced();
  syncFolder(path);
}

/** The state of a file before and after `onReplaced`, in words. */
export const AS_BEFORE = 'it is as it was before';
export const REPLACED = 'the new one stands there, but a power cut may bring the old one back';

/** Makes the names in a file's folder durable. */
export function syncFolder(path: string): void {
  // On Windows folders cannot be opened, and their names are durable anyway.
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
