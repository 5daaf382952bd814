import { UNSURE, unwritten, usingFile, withFile } from './failure.ts';
import type { Ledger } from './open.ts';
import { runInTurns, type Steps } from './steps.ts';

/**
 * Begins an immediate transaction: everything until `commit` is written together or not at all.
 * @param before the state that a failure before the commit leaves, in words
 */
function begin(ledger: Ledger, before: string) {
  const { sqlite, file } = ledger;
  const start = (): void => {
    sqlite.exec('BEGIN IMMEDIATE');
    sqlite.pragma('defer_foreign_keys = ON');
  };
  withFile(file, start, before);
  return {
    /** @throws DataFileError when the file is no longer in its place, or a reference leads nowhere */
    commit: (): void => {
      withFile(file, () => ledger.checkInPlace(), before);
      withFile(file, () => sqlite.exec('COMMIT'), UNSURE);
    },
    /** Does nothing where SQLite has rolled back by itself. */
    rollback: (): void => {
      if (sqlite.inTransaction) sqlite.exec('ROLLBACK');
    },
  };
}

/**
 * Runs `work` in one transaction.
 * @param options.dryRun take everything back at the end
 */
export function transact<T>(ledger: Ledger, work: () => T, options: { dryRun?: boolean | undefined } = {}): T {
  const before = unwritten(ledger);
  const transaction = begin(ledger, before);
  try {
    const result = withFile(ledger.file, work, before);
    if (!options.dryRun) transaction.commit();
    return result;
  } finally {
    transaction.rollback();
  }
}

/**
 * Runs asynchronous `work` in one transaction. Nobody else may use the ledger meanwhile, as it would write into the
 * same transaction.
 * @param before the state that a failure before the commit leaves behind, in words
 * @param options.dryRun take everything back at the end
 */
export async function transactAsync<T>(
  ledger: Ledger,
  before: string,
  work: () => Promise<T>,
  options: { dryRun?: boolean | undefined } = {},
): Promise<T> {
  const transaction = begin(ledger, before);
  try {
    const result = await work();
    if (!options.dryRun) transaction.commit();
    return result;
  } finally {
    transaction.rollback();
  }
}

/**
 * Takes all steps in one transaction, and notices signals between them.
 * @param before the state that a failure before the commit leaves behind, in words
 * @param options.dryRun take everything back at the end
 * @throws the signal's reason once it is aborted; nothing is written then
 */
export async function transactInTurns<T>(
  ledger: Ledger,
  before: string,
  steps: Steps<T>,
  signal: AbortSignal,
  options: { dryRun?: boolean | undefined } = {},
): Promise<T> {
  const work = () => runInTurns(steps, signal, (turn) => withFile(ledger.file, turn, before));
  return await transactAsync(ledger, before, work, options);
}

/** Begins a transaction that only reads, and returns what ends it; after an error SQLite may have ended it already. */
function beginReading({ sqlite }: Ledger): () => void {
  sqlite.exec('BEGIN');
  return () => {
    if (sqlite.inTransaction) sqlite.exec('COMMIT');
  };
}

/** Answers from one state of the file, whatever is committed beside it meanwhile. */
export function readTogether<T>(ledger: Ledger, work: () => T): T {
  return withFile(ledger.file, () => {
    const end = beginReading(ledger);
    try {
      return work();
    } finally {
      end();
    }
  });
}

/** The same for asynchronous work. */
export async function atOneInstant<T>(ledger: Ledger, work: () => Promise<T>): Promise<T> {
  return await usingFile(ledger.file, async () => {
    const end = beginReading(ledger);
    try {
      // The first read determines which state is seen.
      ledger.sqlite.prepare('SELECT max(id) FROM sync_runs').get();
      return await work();
    } finally {
      end();
    }
  });
}

/** Prepares the lookup of a number that changes whenever another connection commits to the file. */
export function prepareDataVersion({ sqlite, file }: Ledger): () => number {
  const statement = sqlite.prepare<[], number>('PRAGMA data_version').pluck();
  return () => withFile(file, () => statement.get() ?? 0);
}
