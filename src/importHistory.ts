import { toInstant } from './core/time/instant.ts';
import { hashOf } from './ledger/archive/hash.ts';
import { acceptHeld } from './ledger/record/acceptHeld.ts';
import { checkFoundation } from './ledger/record/foundation.ts';
import { fitScope, type Imported, Instants, lastRunId, NOTHING_IMPORTED, summarize } from './ledger/record/imports.ts';
import { openForRecording } from './ledger/record/open.ts';
import { recordInBatches } from './ledger/record/recordInBatches.ts';
import type { Snapshot } from './ledger/record/runs.ts';
import { compact } from './ledger/store/compact.ts';
import { usingFile } from './ledger/store/failure.ts';
import { hasContent } from './ledger/store/file.ts';
import { acquireLock } from './ledger/store/lock.ts';
import type { Ledger } from './ledger/store/open.ts';
import { takenBack } from './ledger/store/steps.ts';
import type { History, OnLeftOut, Version, VersionBody } from './upstream/history.ts';
import { BodySource, ImportTally, leaveOutFuture, leaveOutUnreadable, peek } from './upstream/selection.ts';

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

export interface ImportDependencies {
  readonly now: () => Date;
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number) => void;
  /** Told of each snapshot that is not taken. */
  readonly onLeftOut?: OnLeftOut;
}

/** Longer than what other stories come to, and so is this file: everything that was given and not taken is told. */
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
  const lock = await acquireLock(db, { waitMs, signal });
  try {
    const ledger = await openForRecording(db, lock);
    try {
      checkFoundation(ledger);
      return await usingFile(db, async () => {
        const wanted = leaveOutNarrower(ledger, versions, request.scope, tally);
        const bodies = first ?? leaveOutUnreadable(history.bodies(wanted), tally);
        return await recordUnknown(ledger, { wanted, bodies, tally }, request, dependencies);
      });
    } finally {
      ledger.close();
    }
  } finally {
    lock.release();
  }
}

const NOTHING = { isNewFile: false, believed: 0, imported: NOTHING_IMPORTED, warning: undefined };

interface Wanted {
  readonly wanted: readonly Version[];
  readonly bodies: AsyncIterable<VersionBody>;
  readonly tally: ImportTally;
}

async function recordUnknown(
  ledger: Ledger,
  { wanted, bodies, tally }: Wanted,
  { scope, accept = false }: ImportRequest,
  { now, signal, onProgress }: ImportDependencies,
): Promise<ImportResult> {
  const before = lastRunId(ledger);
  const source = new BodySource(bodies, signal);
  const unknown = leaveOutKnown(source.read(), new Instants(ledger), tally, () =>
    onProgress(++tally.done, wanted.length),
  );
  const snapshots = toSnapshots(unknown, { scope, isAccepted: accept, now });
  const dropped = await recordInBatches(ledger, snapshots, signal).catch(takenBack(signal));
  // What had been read before is recorded.
  source.throwFailure();
  const believed =
    accept && dropped !== undefined ? await acceptHeld(ledger, tally.known, signal).catch(takenBack(signal)) : 0;
  const imported = summarize(ledger, before);
  const warning = imported.runs > 0 && !signal.aborted ? compact(ledger) : undefined;
  const result = tally.result();
  const narrower = result.narrower + (dropped ?? 0);
  const isStopped = tally.done < wanted.length || dropped === undefined || believed === undefined;
  return { ...result, narrower, isNewFile: ledger.isNew, believed: believed ?? 0, imported, warning, isStopped };
}

/** The bodies for whose instants there is none yet. */
async function* leaveOutKnown(
  bodies: AsyncIterable<VersionBody>,
  instants: Instants,
  tally: ImportTally,
  done: () => void,
): AsyncGenerator<Required<VersionBody>> {
  for await (const { version, bytes, sha256 = hashOf(bytes) } of bodies) {
    const there = instants.take(version, sha256);
    if (there === undefined) yield { version, bytes, sha256 };
    else if (there.isSame) tally.known.push(version.observedAt);
    else if (there.name === undefined)
      tally.leaveOut('conflicts', version, 'the ledger has another body at its instant');
    else tally.leaveOut('sameInstant', version, `its instant is that of ${there.name} too, with another body`);
    done();
  }
}

async function* toSnapshots(
  bodies: AsyncIterable<Required<VersionBody>>,
  { scope, isAccepted, now }: { readonly scope: string; readonly isAccepted: boolean; readonly now: () => Date },
): AsyncGenerator<Snapshot> {
  for await (const { version, bytes: body, sha256 } of bodies) {
    const { source, observedAt } = version;
    const at = toInstant(now());
    const attempt = { trigger: 'import', attempts: 1, httpStatus: null, etag: null } as const;
    yield { ...attempt, source, scope, startedAt: at, finishedAt: at, observedAt, isAccepted, body, sha256 };
  }
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
