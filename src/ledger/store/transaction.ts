import { withFile } from './failure.ts';
import type { Ledger } from './open.ts';

/** An open transaction: everything until `commit` is written together or not at all. */
interface Transaction {
  /** @throws DataFileError when the file is no longer in its place, or a reference leads nowhere */
  readonly commit: () => void;
  /** Harmless where SQLite has rolled back by itself. */
  readonly rollback: () => void;
}

/** Begins an immediate transaction; references are checked at its end. */
function begin(ledger: Ledger): Transaction {
  const { sqlite, file } = ledger;
  withFile(file, () => {
    sqlite.exec('BEGIN IMMEDIATE');
    sqlite.pragma('defer_foreign_keys = ON');
  });
  return {
    commit: () =>
      withFile(file, () => {
        ledger.checkInPlace();
        sqlite.exec('COMMIT');
      }),
    rollback: () => {
      if (sqlite.inTransaction) sqlite.exec('ROLLBACK');
    },
  };
}

/**
 * Runs `work` in one transaction.
 * @param options.dryRun take everything back at the end
 */
export function transact<T>(ledger: Ledger, work: () => T, options: { dryRun?: boolean | undefined } = {}): T {
  const transaction = begin(ledger);
  try {
    const result = withFile(ledger.file, work);
    if (!options.dryRun) transaction.commit();
    return result;
  } finally {
    transaction.rollback();
  }
}

/**
 * Runs `work` in one transaction that stays open while it waits. Nobody else may use the ledger meanwhile: it would
 * write into the same transaction.
 */
export async function transactAsync<T>(ledger: Ledger, work: () => Promise<T>): Promise<T> {
  const transaction = begin(ledger);
  try {
    const result = await work();
    transaction.commit();
    return result;
  } finally {
    transaction.rollback();
  }
}
