import { mendSchema } from '../store/migration/schemaCheck.ts';
import type { Ledger } from '../store/open.ts';
import { findBrokenSeals, sealAll } from '../store/seals.ts';
import type { Steps } from '../store/steps.ts';
import { transact, transactInTurns } from '../store/transaction.ts';
import { replayAll } from './replay.ts';

/**
 * @returns what no archive tells and was not as this program wrote it, in words: from now on it counts as it is
 */
export function takeAsItIs({ sqlite }: Ledger): string[] {
  const broken = findBrokenSeals(sqlite);
  sealAll(sqlite);
  return broken;
}

/**
 * Makes the tables anew from the archive; what guards and shows them too, where another program has dropped or changed it.
 * @returns as {@link takeAsItIs}
 * @throws DataFileError when the archive itself is damaged, the signal's reason; the rows are as before then
 */
export async function rebuild(ledger: Ledger, signal: AbortSignal): Promise<string[]> {
  transact(ledger, () => mendSchema(ledger.file, ledger.sqlite));
  const steps = function* (): Steps<string[]> {
    yield* replayAll(ledger);
    return takeAsItIs(ledger);
  };
  return await transactInTurns(ledger, 'the rows are as before', steps(), signal);
}
