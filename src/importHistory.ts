import { UsageError } from './core/errors.ts';
import { ALL_SCOPE, TEXT_SCOPE } from './core/reading/scope.ts';
import { toInstant } from './core/time/instant.ts';
import { hashOf } from './ledger/archive/hash.ts';
import { type Imported, knownBodies, lastRunId, scopesOf, summarize, tailLength } from './ledger/record/imports.ts';
import { openForRecording } from './ledger/record/open.ts';
import { openBatch } from './ledger/record/record.ts';
import type { Snapshot } from './ledger/record/runs.ts';
import { compact } from './ledger/store/compact.ts';
import { withFile } from './ledger/store/failure.ts';
import { acquireLock } from './ledger/store/lock.ts';
import type { Ledger } from './ledger/store/open.ts';
import { transactAsync } from './ledger/store/transaction.ts';
import type { History, Version, VersionBody } from './upstream/history.ts';

export interface ImportRequest {
  /** The data file. */
  readonly db: string;
  readonly history: Promise<History> | History;
  /** What the lists cover. */
  readonly scope: string;
  readonly waitMs?: number | undefined;
}

export interface ImportDependencies {
  readonly now: () => Date;
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number) => void;
}

export interface ImportResult {
  readonly isNewFile: boolean;
  /** There already, with the same bytes. */
  readonly known: number;
  /** Instants at which the ledger has another body: left out. */
  readonly conflicts: readonly string[];
  /** Snapshots that would narrow the scope, also those of an earlier import: left out. */
  readonly narrower: number;
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
  const lock = await acquireLock(request.db, { waitMs: request.waitMs, signal: dependencies.signal });
  try {
    const ledger = await openForRecording(request.db, lock);
    try {
      return await run(ledger, request, dependencies);
    } finally {
      ledger.close();
    }
  } finally {
    lock.release();
  }
}

/** From the list of what there is to the summary of what was new. */
async function run(ledger: Ledger, request: ImportRequest, dependencies: ImportDependencies): Promise<ImportResult> {
  const history = await request.history;
  const wanted = fitScope(ledger, history.versions, request.scope);
  const tally: Tally = { done: 0, known: 0, conflicts: [] };
  const before = lastRunId(ledger);

  const bodies = history.bodies(wanted);
  const unknown = leaveOutKnown(ledger, bodies, tally, () => {
    dependencies.onProgress(tally.done, wanted.length);
    return dependencies.signal.aborted;
  });
  const dropped = await recordInBatches(ledger, toSnapshots(unknown, request.scope, dependencies));

  const imported = summarize(ledger, before);
  const warning = imported.runs > 0 ? compact(ledger) : undefined;
  const { done, known, conflicts } = tally;
  const narrower = history.versions.length - wanted.length + dropped;
  return { isNewFile: ledger.isNew, known, conflicts, narrower, imported, warning, isStopped: done < wanted.length };
}

/** What has become of the versions so far. */
interface Tally {
  done: number;
  known: number;
  readonly conflicts: string[];
}

/**
 * The bodies for whose instants the ledger has none.
 * @param onDone told of each that is done with; true stops before the next
 */
async function* leaveOutKnown(
  ledger: Ledger,
  bodies: AsyncIterable<VersionBody>,
  tally: Tally,
  onDone: () => boolean,
): AsyncGenerator<Required<VersionBody>> {
  const hashes = knownBodies(ledger);
  for await (const { version, bytes, sha256 = hashOf(bytes) } of bodies) {
    const there = hashes.get(version.observedAt);
    if (there === undefined) yield { version, bytes, sha256 };
    else if (there === sha256) tally.known += 1;
    else tally.conflicts.push(version.observedAt);
    hashes.set(version.observedAt, there ?? sha256);
    tally.done += 1;
    if (onDone()) return;
  }
}

async function* toSnapshots(
  bodies: AsyncIterable<Required<VersionBody>>,
  scope: string,
  { now }: ImportDependencies,
): AsyncGenerator<Snapshot> {
  for await (const { version, bytes, sha256 } of bodies) {
    const at = toInstant(now());
    const attempt = { trigger: 'import', attempts: 1, httpStatus: null, etag: null } as const;
    const { source, observedAt } = version;
    const times = { startedAt: at, finishedAt: at, observedAt };
    yield { ...attempt, ...times, source, scope, body: bytes, sha256, isAccepted: false };
  }
}

/** So many snapshots share a transaction, and no fewer than have to be replayed after them. */
const BATCH = 128;

/**
 * Records the snapshots, a transaction at a time.
 * @returns how many snapshots of earlier imports were left out because they would now narrow the scope
 */
async function recordInBatches(ledger: Ledger, snapshots: AsyncGenerator<Snapshot>): Promise<number> {
  let recorded = 0;
  let dropped = 0;
  let next = await snapshots.next();
  while (!next.done) {
    const from = next.value.observedAt;
    const state = stateAfter(ledger, recorded);
    const write = <T>(work: () => T): T => withFile(ledger.file, work, state);
    await transactAsync(ledger, state, async () => {
      const size = Math.max(
        BATCH,
        write(() => tailLength(ledger, from)),
      );
      const batch = write(() => openBatch(ledger, from));
      for (let count = 0; count < size && !next.done; count += 1) {
        const { value: snapshot } = next;
        write(() => batch.add(snapshot));
        recorded += 1;
        next = await snapshots.next();
      }
      dropped += write(() => batch.finish());
    });
  }
  return dropped;
}

/** What a failure leaves behind, in words, when so many snapshots are committed. */
function stateAfter({ isUntouched }: Ledger, recorded: number): string {
  if (recorded > 0) return `the ${recorded} snapshots before are recorded; the same import goes on from there`;
  return isUntouched ? 'nothing was written' : 'nothing was imported';
}

/**
 * The versions that do not narrow what the ledger covers at their instant.
 * @throws UsageError when the ledger is about another list altogether
 */
function fitScope(ledger: Ledger, versions: readonly Version[], scope: string): readonly Version[] {
  const known = scopesOf(ledger);
  const foreign = known.find((other) => other.scope !== scope && ![TEXT_SCOPE, ALL_SCOPE].includes(other.scope));
  if (
    foreign !== undefined ||
    (known.some((other) => other.scope !== scope) && ![TEXT_SCOPE, ALL_SCOPE].includes(scope))
  ) {
    const message = `the data file is about the list ${(foreign ?? known[0])?.scope}, these snapshots cover ${scope}`;
    throw new UsageError('other_scope', `${message}; nothing was imported`, {
      hint: 'name what they cover with --scope, or import them into a file of their own with --db FILE',
    });
  }
  const wide = known.find((other) => other.scope === ALL_SCOPE);
  const narrow = known.find((other) => other.scope === TEXT_SCOPE);
  if (scope === TEXT_SCOPE && wide !== undefined) return versions.filter((v) => v.observedAt < wide.first);
  const lastLive = narrow?.lastLive;
  return scope === ALL_SCOPE && lastLive ? versions.filter((v) => v.observedAt > lastLive) : versions;
}
