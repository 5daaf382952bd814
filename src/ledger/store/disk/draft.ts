import { rmSync } from 'node:fs';

/** The draft of a database, and what SQLite keeps beside it while it writes. */
const SUFFIXES = ['', '-journal', '-wal', '-shm'];

/**
 * Runs `work`, which writes a draft and puts it in its place when it is whole. What is left of it goes in any case: an
 * older one before, as a journal beside it would be replayed into the new one, and a torn one afterwards.
 */
export function withDraft<T>(draft: string, work: () => T): T {
  for (const suffix of SUFFIXES) rmSync(draft + suffix, { recursive: true, force: true });
  try {
    return work();
  } finally {
    for (const suffix of SUFFIXES) {
      try {
        rmSync(draft + suffix, { recursive: true, force: true });
      } catch {
        // No error beside the one that has led here: the next attempt tells of it.
      }
    }
  }
}
