import type { Lock } from '../store/lock.ts';
import { type Ledger, openForWriting } from '../store/open.ts';

/**
 * Opens the data file for recording, making or migrating it where needed. What an older version read by other rules is
 * read anew from the archive, in the transaction of the migration.
 * @param lock what makes the caller the only writer; proved before each commit
 * @throws DataFileError when it cannot be used
 */
export function openForRecording(file: string, lock?: Lock): Promise<Ledger> {
  return openForWriting(file, lock, async () => (await import('./readAnew.ts')).readAnew);
}
