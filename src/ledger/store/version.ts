import { withFile } from './failure.ts';
import type { Ledger } from './open.ts';

/** Looks up a number that is another one whenever somebody else has committed to the file; prepared for many times. */
export function prepareDataVersion({ sqlite, file }: Ledger): () => number {
  const statement = sqlite.prepare<[], number>('PRAGMA data_version').pluck();
  return () => withFile(file, () => statement.get() ?? 0);
}
