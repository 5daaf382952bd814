import { eq } from 'drizzle-orm';
import { readModelList } from '../../core/reading/list.ts';
import { widens } from '../../core/reading/scope.ts';
import { Archive } from '../archive/archive.ts';
import { rebuildEndpoints } from '../endpoints/replay.ts';
import type { Ledger } from '../store/open.ts';
import { acceptances, syncRuns } from '../store/schema/runs.ts';
import type { Steps } from '../store/steps.ts';
import { type Outcome, Projection } from './projection.ts';
import { rewind } from './rewind.ts';
import { listsFrom, type TimelineRun } from './timeline.ts';

/**
 * Makes all tables again from the archive; called inside a transaction.
 * @returns as {@link replay}
 */
export function* replayAll(ledger: Ledger): Steps<number> {
  const dropped = yield* replay(ledger, new Archive(ledger), '');
  yield* rebuildEndpoints(ledger);
  return dropped;
}

/**
 * Rewinds the tables to an instant and replays every list from there on; called inside a transaction.
 * @param onOutcome told the effect of each list
 * @returns how many lists were left out because they would narrow the scope
 */
export function* replay(
  ledger: Ledger,
  archive: Archive,
  from: string,
  onOutcome: (run: TimelineRun, outcome: Outcome) => void = () => {},
): Steps<number> {
  rewind(ledger, archive, from);
  const lists = listsFrom(ledger, from);
  const projection = new Projection(ledger, archive, from);
  let modelList = projection.head?.modelList;
  let dropped = 0;
  for (const run of lists) {
    if (projection.head !== null && widens(run.scope, projection.head.run.scope)) {
      drop(ledger, run);
      dropped += 1;
      continue;
    }
    modelList = readModelList(archive.get(run.sha256), modelList);
    onOutcome(run, yield* projection.advance(run, modelList));
    yield;
  }
  projection.flush();
  return dropped;
}

/** Removes the run of a list that would narrow the scope; its body stays in the archive. */
function drop({ orm }: Ledger, { id }: TimelineRun): void {
  orm.delete(acceptances).where(eq(acceptances.runId, id)).run();
  orm.delete(syncRuns).where(eq(syncRuns.id, id)).run();
}
