import { renameSync, rmSync, statSync } from 'node:fs';
import { UsageError } from '../../core/errors.ts';
import { withFile } from './failure.ts';
import type { Ledger } from './open.ts';

/**
 * Copies the data file while others may read and write it. The copy is one file that opens by itself, and stands in its
 * place only when it is whole.
 * @throws UsageError when there is something in its place already, or the data file itself
 */
export function backUp(
  { sqlite, file }: Ledger,
  target: string,
  options: { replace?: boolean | undefined } = {},
): void {
  const there = statSync(target, { throwIfNoEntry: false });
  const own = statSync(file);
  if (there?.dev === own.dev && there.ino === own.ino) {
    throw new UsageError('target_is_source', `${target} is the data file itself; nothing was written`, {
      hint: 'name another file for the copy',
    });
  }
  if (there !== undefined && !options.replace) {
    throw new UsageError('target_exists', `${target} exists already; nothing was written`, {
      hint: 'name a new file, or give --force to replace it',
    });
  }
  const partial = `${target}.partial`;
  rmSync(partial, { force: true });
  try {
    withFile(file, () => sqlite.prepare('VACUUM INTO ?').run(partial));
    // A log left by what stood there would be replayed over the copy.
    for (const sidecar of ['-wal', '-shm']) rmSync(target + sidecar, { force: true });
    renameSync(partial, target);
  } finally {
    rmSync(partial, { force: true });
  }
}
