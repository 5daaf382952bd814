import { withFile } from './failure.ts';
import type { Ledger } from './open.ts';

/** Thrown to leave a transaction without a trace. */
class Undo<T> extends Error {
  readonly result: T;

  constructor(result: T) {
    super('undone');
    this.result = result;
  }
}

/**
 * Runs `work` in one immediate transaction; references are checked at its end.
 * @param options.dryRun take everything back at the end
 */
export function transact<T>(ledger: Ledger, work: () => T, options: { dryRun?: boolean | undefined } = {}): T {
  const { sqlite, file } = ledger;
  return withFile(file, () => {
    try {
      return sqlite
        .transaction(() => {
          sqlite.pragma('defer_foreign_keys = ON');
          const result = work();
          if (options.dryRun) throw new Undo(result);
          ledger.checkInPlace();
          return result;
        })
        .immediate();
    } catch (error) {
      if (error instanceof Undo) return error.result;
      throw error;
    }
  });
}
