import { UsageError } from './core/errors.ts';
import { ALL_SCOPE, TEXT_SCOPE } from './core/reading/scope.ts';
import { isAhead, toInstant } from './core/time/instant.ts';
import { hashOf } from './ledger/archive/hash.ts';
import { acceptHeld } from './ledger/record/acceptHeld.ts';
import { checkFoundation } from './ledger/record/foundation.ts';
import {
  type Imported,
  knownBodies,
  lastRunId,
  NOTHING_IMPORTED,
  scopesOf,
  summarize,
} from './ledger/record/imports.ts';
import { openForRecording } from './ledger/record/open.ts';
import { recordInBatches } from './ledger/record/recordInBatches.ts';
import type { Snapshot } from './ledger/record/runs.ts';
import { compact } from './ledger/store/compact.ts';
import { usingFile } from './ledger/store/failure.ts';
import { hasContent } from './ledger/store/file.ts';
import { acquireLock } from './ledger/store/lock.ts';
import type { Ledger } from './ledger/store/open.ts';
import type { History, OnLeftOut, UnreadableVersion, Version, VersionBody } from './upstream/history.ts';

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
  const history = await request.history;
  const tally = newTally();
  const versions = leaveOutFuture(history.versions, tally, dependencies);
  const isBegun = hasContent(request.db);
  const first = isBegun ? undefined : await peek(leaveOutUnreadable(history.bodies(versions), tally, dependencies));
  // Where there is nothing to record, no file is begun.
  if (!isBegun && first === undefined) return nothingImported(tally, dependencies);
  const lock = await acquireLock(request.db, { waitMs: request.waitMs, signal: dependencies.signal });
  try {
    const ledger = await openForRecording(request.db, lock);
    try {
      checkFoundation(ledger);
      return await usingFile(request.db, async () => {
        const wanted = leaveOutNarrower(ledger, versions, request.scope, tally, dependencies);
        const bodies = first ?? leaveOutUnreadable(history.bodies(wanted), tally, dependencies);
        return await run(ledger, { wanted, bodies, tally }, request, dependencies);
      });
    } finally {
      ledger.close();
    }
  } finally {
    lock.release();
  }
}

/** What has become of the versions so far. */
interface Tally {
  done: number;
  known: number;
  future: number;
  unreadable: number;
  sameInstant: number;
  narrower: number;
  readonly conflicts: string[];
}

function newTally(): Tally {
  return { done: 0, known: 0, future: 0, unreadable: 0, sameInstant: 0, narrower: 0, conflicts: [] };
}

function nothingImported({ done: _, ...tally }: Tally, { signal }: ImportDependencies): ImportResult {
  return {
    ...tally,
    isNewFile: false,
    believed: 0,
    imported: NOTHING_IMPORTED,
    warning: undefined,
    isStopped: signal.aborted,
  };
}

interface Wanted {
  readonly wanted: readonly Version[];
  readonly bodies: AsyncIterable<VersionBody>;
  readonly tally: Tally;
}

async function run(
  ledger: Ledger,
  { wanted, bodies, tally }: Wanted,
  { scope, accept = false }: ImportRequest,
  dependencies: ImportDependencies,
): Promise<ImportResult> {
  const before = lastRunId(ledger);
  const instants = new Instants(ledger, tally, dependencies);
  const done = (): void => dependencies.onProgress(++tally.done, wanted.length);
  const unknown = leaveOutKnown(until(dependencies.signal, bodies), instants, done);
  const dropped = await recordInBatches(ledger, toSnapshots(unknown, scope, accept, dependencies));
  const believed = accept ? acceptHeld(ledger, instants.known) : 0;
  const imported = summarize(ledger, before);
  const warning = imported.runs > 0 ? compact(ledger) : undefined;
  const { done: read, ...counts } = tally;
  const narrower = tally.narrower + dropped;
  const isStopped = read < wanted.length;
  return { ...counts, narrower, isNewFile: ledger.isNew, believed, imported, warning, isStopped };
}

/** What comes before the signal. */
async function* until<T>(signal: AbortSignal, values: AsyncIterable<T>): AsyncGenerator<T> {
  for await (const value of values) {
    if (signal.aborted) return;
    yield value;
  }
}

/** The bodies for whose instants there is none yet. */
async function* leaveOutKnown(
  bodies: AsyncIterable<VersionBody>,
  instants: Instants,
  done: () => void,
): AsyncGenerator<Required<VersionBody>> {
  for await (const { version, bytes, sha256 = hashOf(bytes) } of bodies) {
    if (instants.take(version, sha256)) yield { version, bytes, sha256 };
    done();
  }
}

async function* toSnapshots(
  bodies: AsyncIterable<Required<VersionBody>>,
  scope: string,
  isAccepted: boolean,
  { now }: ImportDependencies,
): AsyncGenerator<Snapshot> {
  for await (const { version, bytes: body, sha256 } of bodies) {
    const { source, observedAt } = version;
    const at = toInstant(now());
    const attempt = { trigger: 'import', attempts: 1, httpStatus: null, etag: null } as const;
    yield { ...attempt, source, scope, startedAt: at, finishedAt: at, observedAt, isAccepted, body, sha256 };
  }
}

/** What there is at each instant, in the file and of this import. */
class Instants {
  /** Of those whose body the file has already. */
  readonly known: string[] = [];
  readonly #hashes: Map<string, string>;
  readonly #taken = new Map<string, Version>();
  readonly #tally: Tally;
  readonly #onLeftOut: OnLeftOut | undefined;

  constructor(ledger: Ledger, tally: Tally, { onLeftOut }: ImportDependencies) {
    this.#hashes = knownBodies(ledger);
    this.#tally = tally;
    this.#onLeftOut = onLeftOut;
  }

  /** Whether it is to be recorded. */
  take(version: Version, sha256: string): boolean {
    const { observedAt, name } = version;
    const there = this.#hashes.get(observedAt);
    const other = this.#taken.get(observedAt);
    if (there === undefined) {
      this.#hashes.set(observedAt, sha256);
      this.#taken.set(observedAt, version);
      return true;
    }
    if (there === sha256) {
      this.#tally.known += 1;
      this.known.push(observedAt);
    } else if (other === undefined) {
      this.#tally.conflicts.push(observedAt);
      this.#onLeftOut?.({ name, reason: 'the ledger has another body at its instant' });
    } else {
      this.#tally.sameInstant += 1;
      this.#onLeftOut?.({ name, reason: `its instant is that of ${other.name} too, with another body` });
    }
    return false;
  }
}

/** Nothing is observed in the future: a name, a commit's clock or the time of this machine is wrong. */
function leaveOutFuture(
  versions: readonly Version[],
  tally: Tally,
  { now, onLeftOut }: ImportDependencies,
): readonly Version[] {
  const today = now();
  return versions.filter(({ name, observedAt }) => {
    if (!isAhead(observedAt, today)) return true;
    tally.future += 1;
    onLeftOut?.({ name, reason: `its instant, ${observedAt}, is in the future` });
    return false;
  });
}

async function* leaveOutUnreadable(
  bodies: AsyncIterable<VersionBody | UnreadableVersion>,
  tally: Tally,
  { onLeftOut }: ImportDependencies,
): AsyncGenerator<VersionBody> {
  for await (const body of bodies) {
    if ('bytes' in body) {
      yield body;
      continue;
    }
    tally.done += 1;
    tally.unreadable += 1;
    onLeftOut?.({ name: body.version.name, reason: body.unreadable });
  }
}

/** The same bodies, or undefined when there is none; then the first has not been waited for in vain. */
async function peek(bodies: AsyncGenerator<VersionBody>): Promise<AsyncGenerator<VersionBody> | undefined> {
  const first = await bodies.next();
  return first.done ? undefined : prepend(first.value, bodies);
}

async function* prepend(first: VersionBody, others: AsyncGenerator<VersionBody>): AsyncGenerator<VersionBody> {
  yield first;
  yield* others;
}

function leaveOutNarrower(
  ledger: Ledger,
  versions: readonly Version[],
  scope: string,
  tally: Tally,
  { onLeftOut }: ImportDependencies,
): readonly Version[] {
  const wanted = new Set(fitScope(ledger, versions, scope));
  return versions.filter((version) => {
    if (wanted.has(version)) return true;
    tally.narrower += 1;
    onLeftOut?.({ name: version.name, reason: 'it would narrow the list from all models to text models' });
    return false;
  });
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
