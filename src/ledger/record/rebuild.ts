import { withFile } from '../store/failure.ts';
import { mendSchema } from '../store/migration/schemaCheck.ts';
import type { Ledger } from '../store/open.ts';
import { runAtOnce, runInTurns } from '../store/steps.ts';
import { transact, transactAsync } from '../store/transaction.ts';
import { replayAll } from './replay.ts';

/**
 * Makes the tables anew from the archive; what guards and shows them too, where another program has dropped or changed it.
 * @throws DataFileError when the archive itself is damaged; the rows are as before then
 */
export function rebuild(ledger: Ledger): void {
  mend(ledger);
  transact(ledger, () => runAtOnce(replayAll(ledger)), { before: ROWS_STAY });
}

/** The same, hearing signals meanwhile. */
export async function rebuildInTurns(ledger: Ledger, signal: AbortSignal): Promise<void> {
  mend(ledger);
  await transactAsync(ledger, ROWS_STAY, async () => {
    await runInTurns(replayAll(ledger), signal, (turn) => withFile(ledger.file, turn, ROWS_STAY));
  });
}

const ROWS_STAY = 'the rows are as before';

function mend(ledger: Ledger): void {
  transact(ledger, () => mendSchema(ledger.file, ledger.sqlite));
}
