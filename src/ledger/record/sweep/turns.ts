import { LedgerError, LockedError } from '../../../core/errors.ts';
import type { LockOptions } from '../../store/lock.ts';
import type { Ledger } from '../../store/open.ts';
import { transact } from '../../store/transaction.ts';
import { withLockedLedger } from '../open.ts';

/** How long to wait for the lock: longer than any sync of the list holds it. */
const WAIT_MS = 600_000;
/** How long to wait for it once a stop was asked for. */
const STOP_WAIT_MS = 1000;
const KEPT = 'what was recorded before it stays, and the next sweep goes on from there';

/**
 * Short turns with the lock that all writers share: each opens the data file, works in one transaction, and closes it.
 * @param onWarning told of what did not succeed after all was committed, in words
 */
export function takeTurns(file: string, signal: AbortSignal, onWarning: ((words: string) => void) | undefined) {
  const take = <T>(lockOptions: LockOptions, work: (ledger: Ledger) => T): Promise<T> =>
    withLockedLedger(file, lockOptions, (ledger) => transact(ledger, () => work(ledger)), onWarning);
  return {
    /** @throws DataFileError, LockedError; the signal's reason where it ends the wait for the lock */
    first: <T>(work: (ledger: Ledger) => T): Promise<T> => take({ waitMs: WAIT_MS, signal }, work),
    /**
     * @returns undefined where a stop came before the lock was free
     * @throws DataFileError, LockedError
     */
    next: async <T>(work: (ledger: Ledger) => T): Promise<T | undefined> => {
      try {
        return await take(signal.aborted ? { waitMs: STOP_WAIT_MS } : { waitMs: WAIT_MS, signal }, work);
      } catch (error) {
        const isLock = error instanceof LockedError || (error instanceof Error && error.name === 'AbortError');
        if (signal.aborted && isLock) return undefined;
        if (error instanceof LedgerError) {
          // That nothing was written is true of this turn only.
          error.message = error.message.replace(/; nothing (?:of this run )?was written(?=\.$)/, `; ${KEPT}`);
        }
        throw error;
      }
    },
  };
}

export type Turns = ReturnType<typeof takeTurns>;
