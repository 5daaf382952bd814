import { withFile } from '../store/failure.ts';
import { mendSchema } from '../store/migration/schemaCheck.ts';
import type { Ledger } from '../store/open.ts';
import { findBrokenSeals, sealAll } from '../store/seals.ts';
import { runAtOnce, runInTurns } from '../store/steps.ts';
import { transact, transactAsync } from '../store/transaction.ts';
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
 * @throws DataFileError when the archive itself is damaged; the rows are as before then
 */
export function rebuild(ledger: Ledger): string[] {
  mend(ledger);
  const work = (): string[] => {
    runAtOnce(replayAll(ledger));
    return takeAsItIs(ledger);
  };
  return transact(ledger, work, { before: ROWS_STAY });
}

/** The same, hearing signals meanwhile. */
export async function rebuildInTurns(ledger: Ledger, signal: AbortSignal): Promise<string[]> {
  mend(ledger);
  return await transactAsync(ledger, ROWS_STAY, async () => {
    await runInTurns(replayAll(ledger), signal, (turn) => withFile(ledger.file, turn, ROWS_STAY));
    return withFile(ledger.file, () => takeAsItIs(ledger), ROWS_STAY);
  });
}

const ROWS_STAY = 'the rows are as before';

function mend(ledger: Ledger): void {
  transact(ledger, () => mendSchema(ledger.file, ledger.sqlite));
}
