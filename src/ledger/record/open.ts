import { LedgerError } from '../../core/errors.ts';
import { usingFile } from '../store/failure.ts';
import { hasContent, refuseLost, refuseOthers, requireFile } from '../store/file.ts';
import { acquireLock, type Lock, type LockOptions, lookFirst } from '../store/lock.ts';
import { type Ledger, openForReading, openForWriting } from '../store/open.ts';
import { checkFoundation } from './foundation.ts';

/** How one run opens the data file. */
export interface LedgerOptions {
  readonly db: string;
  /** Whether everything is taken back in the end. */
  readonly dryRun?: boolean | undefined;
  /** Whether a missing or empty data file is an error. */
  readonly mustExist?: boolean | undefined;
  /** How long to wait for another run to end, in milliseconds. */
  readonly waitMs?: number | undefined;
}

/**
 * Opens the data file for recording, and creates or migrates it if necessary. What an older version read by other rules
 * is read again from the archive, in the transaction of the migration.
 * @param lock what makes the caller the only writer; proved before each commit
 * @throws DataFileError when it cannot be used
 */
export function openForRecording(file: string, lock?: Lock): Promise<Ledger> {
  return openForWriting(file, lock, async () => (await import('./readAnew.ts')).readAnew);
}

/**
 * Opens the data file for recording, under the lock that all writers share; closes it and releases the lock afterwards.
 * @param file `:memory:` needs no lock
 * @param onWarning told of what did not succeed after all was committed, in words
 */
export async function withLockedLedger<T>(
  file: string,
  lockOptions: LockOptions,
  work: (ledger: Ledger) => T | Promise<T>,
  onWarning?: (words: string) => void,
): Promise<T> {
  const isFile = file !== ':memory:';
  if (isFile) lookFirst(file);
  const lock = isFile ? await acquireLock(file, lockOptions) : undefined;
  try {
    const ledger = await openForRecording(file, lock);
    try {
      return await work(ledger);
    } finally {
      ledger.close(onWarning);
    }
  } finally {
    lock?.release();
  }
}

/** Opens the data file for one run and checks it first; a dry run on a file that does not exist has one in memory. */
export async function withLedger<T>(
  { db, dryRun, mustExist, waitMs }: LedgerOptions,
  { signal, onWarning }: { readonly signal: AbortSignal; readonly onWarning?: (words: string) => void },
  work: (ledger: Ledger) => Promise<T>,
): Promise<T> {
  if (mustExist) requireFile(db);
  refuseOthers(db);
  refuseLost(db);
  const file = dryRun && !hasContent(db) ? ':memory:' : db;
  const checkAndWork = async (ledger: Ledger): Promise<T> => {
    try {
      checkFoundation(ledger, { mustExist });
      return await usingFile(ledger.file, () => work(ledger));
    } catch (error) {
      throw ledger.isUntouched || ledger.isNew ? error : sinceMigration(error);
    }
  };
  // Refuses a file of an older schema: bringing it up to date would be writing.
  if (dryRun && file === db) openForReading(db).close();
  return await withLockedLedger(file, { waitMs, signal }, checkAndWork, onWarning);
}

/** Corrects an error that says nothing was written, which is about this run only: the file was migrated before. */
function sinceMigration(error: unknown): unknown {
  if (error instanceof LedgerError)
    error.message = error.message.replace(/(n)othing was (written|changed)(?=\.$)/i, '$1othing but the schema was $2');
  return error;
}
