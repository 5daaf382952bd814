import { Archive } from '../archive/archive.ts';
import { stateAfter, withFile } from '../store/failure.ts';
import type { Ledger } from '../store/open.ts';
import { delayedAbort, runInTurns } from '../store/steps.ts';
import { transactAsync } from '../store/transaction.ts';
import { tailLength } from './imports.ts';
import { openBatch } from './record.ts';
import type { Snapshot } from './runs.ts';

/** How many snapshots share a transaction; it is at least the number of lists that are replayed after them. */
const BATCH = 256;

/**
 * Records snapshots as they come, oldest first, in one transaction per batch: stopped at any instant, the file is as
 * after some batch.
 * @param signal a while after it is aborted, an unfinished batch is taken back
 * @returns how many lists of the file were left out because they would narrow the scope
 * @throws DataFileError, the signal's reason, or what `snapshots` throws; the batches before are recorded
 */
export async function recordInBatches(
  ledger: Ledger,
  snapshots: AsyncGenerator<Snapshot>,
  signal: AbortSignal,
): Promise<number> {
  const atLast = delayedAbort(signal);
  let recorded = 0;
  let dropped = 0;
  const archive = withFile(ledger.file, () => new Archive(ledger, 'import'), stateAfter(ledger, recorded, 'snapshots'));
  let next = await snapshots.next();
  while (!next.done) {
    const from = next.value.observedAt;
    const state = stateAfter(ledger, recorded, 'snapshots');
    const write = <T>(work: () => T): T => withFile(ledger.file, work, state);
    await transactAsync(ledger, state, async () => {
      const size = Math.max(
        BATCH,
        write(() => tailLength(ledger, from)),
      );
      const batch = write(() => openBatch(ledger, from, archive));
      for (let count = 0; count < size && !next.done; count += 1) {
        const { value: snapshot } = next;
        await runInTurns(batch.add(snapshot), atLast, write);
        recorded += 1;
        next = await snapshots.next();
      }
      dropped += await runInTurns(batch.finish(), atLast, write);
      write(() => archive.flush());
    });
  }
  return dropped;
}
