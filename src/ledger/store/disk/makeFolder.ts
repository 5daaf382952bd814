import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { codeOf } from '../../../core/errors.ts';

/**
 * Makes a folder and those above it. Node's own `recursive` never ends where a file system says of what is to be made
 * that it is not there (`/proc`).
 */
export function makeFolder(folder: string): void {
  const above = dirname(folder);
  if (existsSync(folder) || above === folder) return;
  makeFolder(above);
  try {
    mkdirSync(folder);
  } catch (error) {
    // Another process may have been first.
    if (codeOf(error) !== 'EEXIST') throw error;
  }
}
