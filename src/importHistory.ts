import { toInstant } from './core/time/instant.ts';
import { hashOf } from './ledger/archive/hash.ts';
import { acceptLists } from './ledger/record/acceptLists.ts';
import {
  fitScope,
  type Imported,
  Instants,
  NOTHING_IMPORTED,
  type Occupied,
  summarizeImport,
} from './ledger/record/imports.ts';
import { withLedger } from './ledger/record/open.ts';
import { recordInBatches } from './ledger/record/recordInBatches.ts';
import type { Snapshot } from './ledger/record/runs.ts';
import { nextRunId } from './ledger/record/timeline.ts';
import { compact } from './ledger/store/compact.ts';
import { hasContent } from './ledger/store/file.ts';
import type { Ledger } from './ledger/store/open.ts';
import { ignoreAbort } from './ledger/store/steps.ts';
import type { History, ImportDependencies, Version, VersionBody } from './upstream/history.ts';
import { ImportTally, leaveOutFuture, leaveOutUnreadable, peek, untilStopped } from './upstream/selection.ts';

export interface ImportRequest {
  /** The data file. */
  readonly db: string;
  readonly history: Promise<History> | History;
  /** What the lists cover. */
  readonly scope: string;
  /** Believe the lists whatever is missing from them, also those that an earlier import held. */
  readonly accept?: boolean | undefined;
  readonly waitMs?: number | undefined;
}

/** What was recorded, and what became of every snapshot that was not. */
export interface ImportResult {
  readonly isNewFile: boolean;
  /** There already, with the same bytes. */
  readonly known: number;
  /** Instants at which the ledger has another body: left out. */
  readonly conflicts: readonly string[];
  /** Snapshots of an instant at which this import has another: left out. */
  readonly sameInstant: number;
  /** Snapshots that would narrow the scope, also those of an earlier import: left out. */
  readonly narrower: number;
  /** Snapshots that are said to be later than now: left out. */
  readonly future: number;
  /** Snapshots that cannot be read: left out. */
  readonly unreadable: number;
  /** Snapshots that were held and are believed now. */
  readonly believed: number;
  /** What was recorded now. */
  readonly imported: Imported;
  /** What did not succeed after everything was recorded, in words. */
  readonly warning: string | undefined;
  /** Stopped by a signal before the end; the same import goes on from here. */
  readonly isStopped: boolean;
}

/**
 * Records older snapshots, wherever in time they belong. A batch is one transaction: stopped at any instant, the file
 * is as after some batch.
 * @throws LedgerError of the kind that tells what failed
 */
export async function importHistory(request: ImportRequest, dependencies: ImportDependencies): Promise<ImportResult> {
  const { db, waitMs } = request;
  const { now, signal, onLeftOut } = dependencies;
  const history = await request.history;
  const tally = new ImportTally(onLeftOut);
  const versions = leaveOutFuture(history.versions, now(), tally);
  const isBegun = hasContent(db);
  const first = isBegun ? undefined : await peek(leaveOutUnreadable(history.bodies(versions), tally));
  // Where there is nothing to record, no file is begun.
  if (!isBegun && first === undefined) return { ...tally.result(), ...NOTHING, isStopped: signal.aborted };
  return await withLedger({ db, waitMs }, { signal }, async (ledger) => {
    const wanted = leaveOutNarrower(ledger, versions, request.scope, tally);
    const bodies = first ?? leaveOutUnreadable(history.bodies(wanted), tally);
    return await recordUnknown(ledger, bodies, wanted.length, tally, request, dependencies);
  });
}

const NOTHING = { isNewFile: false, believed: 0, imported: NOTHING_IMPORTED, warning: undefined };

/** @param total how many bodies there are to come */
async function recordUnknown(
  ledger: Ledger,
  bodies: AsyncIterable<VersionBody>,
  total: number,
  tally: ImportTally,
  { scope, accept = false }: ImportRequest,
  { now, signal, onProgress }: ImportDependencies,
): Promise<ImportResult> {
  const firstRun = nextRunId(ledger);
  const instants = new Instants(ledger);
  const failures: unknown[] = [];
  async function* unknownSnapshots(): AsyncGenerator<Snapshot> {
    for await (const body of untilStopped(bodies, signal, (error) => failures.push(error))) {
      const { version, bytes, sha256 = hashOf(bytes) } = body;
      const there = instants.take(version, sha256);
      if (there === undefined) yield toSnapshot({ version, bytes, sha256 }, scope, accept, toInstant(now()));
      else leaveOutTaken(version, there, tally);
      onProgress(++tally.done, total);
    }
  }
  const dropped = await recordInBatches(ledger, unknownSnapshots(), signal).catch(ignoreAbort(signal));
  // Thrown only now, when all that had been read before is recorded.
  for (const error of failures) throw error;
  const accepted =
    accept && dropped !== undefined
      ? await acceptLists(ledger, tally.known, signal).catch(ignoreAbort(signal))
      : { believed: 0, dropped: 0 };
  const imported = summarizeImport(ledger, firstRun);
  const warning = imported.runs > 0 && !signal.aborted ? compact(ledger) : undefined;
  const result = tally.result();
  const narrower = result.narrower + (dropped ?? 0) + (accepted?.dropped ?? 0);
  const isStopped = tally.done < total || dropped === undefined || accepted === undefined;
  const believed = accepted?.believed ?? 0;
  return { ...result, narrower, isNewFile: ledger.isNew, believed, imported, warning, isStopped };
}

function toSnapshot(
  { version, bytes: body, sha256 }: Required<VersionBody>,
  scope: string,
  isAccepted: boolean,
  at: string,
): Snapshot {
  const { source, observedAt } = version;
  const attempt = { trigger: 'import', attempts: 1, httpStatus: null, etag: null } as const;
  return { ...attempt, source, scope, startedAt: at, finishedAt: at, observedAt, isAccepted, body, sha256 };
}

function leaveOutTaken(version: Version, there: Occupied, tally: ImportTally): void {
  if (there.isSame) tally.known.push(version.observedAt);
  else if (there.name === undefined) tally.leaveOut('conflicts', version, 'the ledger has another body at its instant');
  else tally.leaveOut('sameInstant', version, `its instant is that of ${there.name} too, with another body`);
}

function leaveOutNarrower(
  ledger: Ledger,
  versions: readonly Version[],
  scope: string,
  tally: ImportTally,
): readonly Version[] {
  const wanted = new Set(fitScope(ledger, versions, scope));
  for (const version of versions) {
    if (!wanted.has(version))
      tally.leaveOut('narrower', version, 'it would narrow the list from all models to text models');
  }
  return [...wanted];
}
