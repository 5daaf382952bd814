import { readModelList } from '../../core/reading/list.ts';
import { Archive } from '../archive/archive.ts';
import { hashOf } from '../archive/hash.ts';
import { unwritten } from '../store/failure.ts';
import type { Ledger } from '../store/open.ts';
import type { Steps } from '../store/steps.ts';
import { transactInTurns } from '../store/transaction.ts';
import { prepareIntake, type Rejected } from './intake.ts';
import { type Outcome, Projection } from './projection.ts';
import { replay } from './replay.ts';
import { addSame, type Same, type Snapshot } from './runs.ts';
import { lastAccepted, newestListAt, type TimelineRun } from './timeline.ts';

export type Recorded = Same | Rejected | ({ readonly runId: number; readonly observedAt: string } & Outcome);

export interface RecordOptions {
  /** Take everything back at the end. */
  readonly dryRun?: boolean | undefined;
  /** Called in the same transaction, to write what belongs to the run. */
  readonly afterwards?: ((recorded: Recorded) => void) | undefined;
}

/**
 * Records a snapshot in one transaction, in which everything is read that it is compared with.
 * @throws the signal's reason; then nothing is written
 */
export async function record(
  ledger: Ledger,
  snapshot: Snapshot,
  options: RecordOptions,
  signal: AbortSignal,
): Promise<Recorded> {
  return await transactInTurns(ledger, unwritten(ledger), recordOne(ledger, snapshot, options), signal, options);
}

/** The steps of {@link record}, within the caller's transaction. */
export function* recordOne(ledger: Ledger, snapshot: Snapshot, { afterwards }: RecordOptions): Steps<Recorded> {
  const outcomes: Recorded[] = [];
  const archive = new Archive(ledger);
  const batch = openBatch(ledger, snapshot.observedAt, archive, (outcome) => outcomes.push(outcome));
  yield;
  yield* batch.add(snapshot);
  yield* batch.finish();
  yield;
  archive.flush();
  const [recorded] = outcomes;
  if (recorded === undefined) throw new TypeError('one snapshot has one outcome');
  afterwards?.(recorded);
  return recorded;
}

/** Snapshots recorded together, in one transaction, oldest first. */
export interface Batch {
  readonly add: (snapshot: Snapshot) => Steps<void>;
  /**
   * To be called once, before the commit.
   * @returns how many lists of the file were left out because they would narrow the scope
   */
  readonly finish: () => Steps<number>;
}

type Report = (recorded: Recorded) => void;

/**
 * Begins a batch inside the open transaction. Snapshots that are newer than every list of the file are appended; older
 * ones are inserted where they belong, and the lists after them replayed.
 * @param archive to be flushed when the batch is finished
 * @param report told of each snapshot once its effect is known
 */
export function openBatch(ledger: Ledger, firstObservedAt: string, archive: Archive, report: Report = () => {}): Batch {
  const newest = newestListAt(ledger);
  return newest === null || firstObservedAt > newest
    ? appendToEnd(ledger, archive, report)
    : insertInPast(ledger, archive, firstObservedAt, report);
}

/** Compares each list with the one before it as it comes. */
function appendToEnd(ledger: Ledger, archive: Archive, report: Report): Batch {
  const projection = new Projection(ledger, archive);
  const { head } = projection;
  const takeIn = prepareIntake(ledger, archive, head ? { ...head, sha256: head.run.sha256 } : undefined);
  function* add(snapshot: Snapshot): Steps<void> {
    const last = projection.head?.run;
    const sha256 = snapshot.sha256 ?? hashOf(snapshot.body);
    if (last?.sha256 === sha256 && last.scope === snapshot.scope) {
      const same = addSame(ledger, snapshot, last);
      projection.confirm({ ...last, id: same.runId, observedAt: snapshot.observedAt });
      return report(same);
    }
    const taken = takeIn({ ...snapshot, sha256 });
    if (taken.status === 'rejected') return report(taken);
    yield;
    report(toRecorded(taken.run, yield* projection.advance(taken.run, taken.modelList)));
  }
  function* finish(): Steps<number> {
    yield;
    projection.flush();
    return 0;
  }
  return { add, finish };
}

/** Only takes lists in as they come; at the end all lists from the first one on are replayed, old and new. */
function insertInPast(ledger: Ledger, archive: Archive, from: string, report: Report): Batch {
  const before = lastAccepted(ledger, from);
  const known = before && { sha256: before.sha256, modelList: readModelList(archive.get(before.sha256)) };
  const takeIn = prepareIntake(ledger, archive, known);
  const added = new Set<number>();
  function* add(snapshot: Snapshot): Steps<void> {
    const taken = takeIn(snapshot);
    if (taken.status === 'rejected') report(taken);
    else added.add(taken.run.id);
    yield;
  }
  function* finish(): Steps<number> {
    return yield* replay(ledger, archive, from, (run, outcome) => {
      if (added.has(run.id)) report(toRecorded(run, outcome));
    });
  }
  return { add, finish };
}

function toRecorded({ id: runId, observedAt }: TimelineRun, outcome: Outcome): Recorded {
  return { runId, observedAt, ...outcome };
}
