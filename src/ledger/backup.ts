import { existsSync, renameSync, rmSync } from 'node:fs';
import { UsageError } from '../core/errors.ts';
import { withFile } from './failure.ts';
import type { Ledger } from './open.ts';

/**
 * Copies the data file while others may read and write it. The copy is one file that opens by itself, and stands in its
 * place only when it is whole.
 * @throws UsageError when there is something in its place already
 */
export function backUp(
  { sqlite, file }: Ledger,
  target: string,
  options: { replace?: boolean | undefined } = {},
): void {
  if (existsSync(target) && !options.replace) {
    throw new UsageError('target_exists', `${target} exists already; nothing was written`, {
      hint: 'name a new file, or give --force to replace it',
    });
  }
  const partial = `${target}.partial`;
  rmSync(partial, { force: true });
  try {
    withFile(file, () => sqlite.prepare('VACUUM INTO ?').run(partial));
    renameSync(partial, target);
  } finally {
    rmSync(partial, { force: true });
  }
}
