import { mendSchema } from '../store/migration/schemaCheck.ts';
import type { Ledger } from '../store/open.ts';
import { transact } from '../store/transaction.ts';
import { replayAll } from './replay.ts';

/**
 * Makes the tables anew from the archive; what guards and shows them too, where another program has dropped or changed it.
 * @throws DataFileError when the archive itself is damaged; the rows are as before then
 */
export function rebuild(ledger: Ledger): void {
  transact(ledger, () => mendSchema(ledger.file, ledger.sqlite));
  replayAll(ledger);
}
