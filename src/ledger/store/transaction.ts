import { withFile } from './failure.ts';
import type { Ledger } from './open.ts';

/** An open transaction: everything until `commit` is written together or not at all. */
export interface Transaction {
  /** @throws DataFileError when the file is no longer in its place, or a reference leads nowhere */
  readonly commit: () => void;
  /** Harmless where SQLite has rolled back by itself. */
  readonly rollback: () => void;
}

/** Begins an immediate transaction; references are checked at its end. */
export function begin(ledger: Ledger): Transaction {
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

/** Answers from one state of the file, whatever is committed beside it meanwhile. */
export function readTogether<T>({ sqlite, file }: Ledger, work: () => T): T {
  return withFile(file, () => {
    sqlite.exec('BEGIN');
    try {
      return work();
    } finally {
      if (sqlite.inTransaction) sqlite.exec('COMMIT');
    }
  });
}
