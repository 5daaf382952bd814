import { mendSchema } from '../store/migration/schemaCheck.ts';
import type { Ledger } from '../store/open.ts';
import { findBrokenSeals, sealAll } from '../store/seals.ts';
import type { Steps } from '../store/steps.ts';
import { transact, transactInTurns } from '../store/transaction.ts';
import { replayAll } from './replay.ts';

/** Seals all rows as they are now; returns those that were not as this program wrote them, in words. */
export function takeAsItIs({ sqlite }: Ledger): string[] {
  const broken = findBrokenSeals(sqlite);
  sealAll(sqlite);
  return broken;
}

/**
 * Makes the tables again from the archive, and mends a schema that another program has changed.
 * @returns as {@link takeAsItIs}
 * @throws DataFileError when the archive itself is damaged, or the signal's reason; then the rows are as before
 */
export async function rebuild(ledger: Ledger, signal: AbortSignal): Promise<string[]> {
  transact(ledger, () => mendSchema(ledger.file, ledger.sqlite));
  const steps = function* (): Steps<string[]> {
    yield* replayAll(ledger);
    return takeAsItIs(ledger);
  };
  return await transactInTurns(ledger, 'the rows are as before', steps(), signal);
}
