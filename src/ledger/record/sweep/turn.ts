import { LedgerError } from '../../../core/errors.ts';
import type { LockOptions } from '../../store/lock.ts';
import type { Ledger } from '../../store/open.ts';
import { transact } from '../../store/transaction.ts';
import { recording } from '../open.ts';

/**
 * One short turn with the lock that all writers share: opens the data file, does the work in one transaction, closes it.
 * @param before the state that a failure leaves behind, in words, where turns before this one have committed
 * @param onWarning told of what did not succeed after all was committed, in words
 * @throws DataFileError, LockedError; the signal's reason where it ends the wait for the lock
 */
export async function takeTurn<T>(
  file: string,
  lockOptions: LockOptions,
  work: (ledger: Ledger) => T,
  { before, onWarning }: { readonly before?: string; readonly onWarning?: ((words: string) => void) | undefined } = {},
): Promise<T> {
  try {
    return await recording(file, lockOptions, (ledger) => transact(ledger, () => work(ledger)), onWarning);
  } catch (error) {
    if (before !== undefined && error instanceof LedgerError) {
      // True of this turn alone.
      error.message = error.message.replace(/; nothing (?:of this run )?was written(?=\.$)/, `; ${before}`);
    }
    throw error;
  }
}
