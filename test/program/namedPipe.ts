import { execFileSync } from 'node:child_process';
import { closeSync, constants, openSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A pipe to which nobody writes. */
export function pipeIn(folder: string, name = 'pipe'): string {
  execFileSync('mkfifo', [join(folder, name)]);
  return name;
}

/** Waits until somebody reads a pipe: before, its other end cannot be opened. It stays open until the returned call. */
export async function readerOf(pipe: string): Promise<() => void> {
  for (;;) {
    try {
      const handle = openSync(pipe, constants.O_WRONLY | constants.O_NONBLOCK);
      return () => closeSync(handle);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENXIO')) throw error;
      await sleep(20);
    }
  }
}
