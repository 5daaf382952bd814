import { rmSync } from 'node:fs';
import { tryTo } from '../../../core/errors.ts';

/** A draft of a database, and the files that SQLite keeps beside it. */
const SUFFIXES = ['', '-journal', '-wal', '-shm'];

/**
 * Runs `work`, which writes a draft and moves it into place when it is whole. Removes the leftovers of an earlier draft
 * first, as its journal would be replayed into the new one, and those of this one afterwards.
 */
export function withDraft<T>(draft: string, work: () => T): T {
  for (const suffix of SUFFIXES) rmSync(draft + suffix, { recursive: true, force: true });
  try {
    return work();
  } finally {
    // A failure must not hide the error of `work`; the next attempt reports it.
    for (const suffix of SUFFIXES) tryTo(() => rmSync(draft + suffix, { recursive: true, force: true }));
  }
}
