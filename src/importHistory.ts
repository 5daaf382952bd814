import { UsageError } from './core/errors.ts';
import { ALL_SCOPE, TEXT_SCOPE } from './core/reading/scope.ts';
import { toInstant } from './core/time/instant.ts';
import { hashOf } from './ledger/archive/hash.ts';
import { type Imported, knownBodies, lastRunId, scopesOf, summarize, tailLength } from './ledger/record/imports.ts';
import { openForRecording } from './ledger/record/open.ts';
import { Recorder } from './ledger/record/record.ts';
import type { Snapshot } from './ledger/record/runs.ts';
import { compact } from './ledger/store/compact.ts';
import { withFile } from './ledger/store/failure.ts';
import { acquireLock } from './ledger/store/lock.ts';
import type { Ledger } from './ledger/store/open.ts';
import { begin, type Transaction } from './ledger/store/transaction.ts';
import type { History, Version } from './upstream/history.ts';

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

async function run(ledger: Ledger, request: ImportRequest, dependencies: ImportDependencies): Promise<ImportResult> {
  const history = await request.history;
  const { scope } = request;
  const wanted = fitScope(ledger, history.versions, scope);
  const before = lastRunId(ledger);
  const bodies = knownBodies(ledger);
  const batches = new Batches(ledger);
  const conflicts: string[] = [];
  let known = 0;
  let done = 0;
  try {
    for await (const { bytes: body, sha256 = hashOf(body) } of history.bodies(wanted)) {
      const version = wanted[done];
      if (version === undefined || dependencies.signal.aborted) break;
      const there = bodies.get(version.observedAt);
      if (there === undefined) batches.add({ ...toSnapshot(version, scope, dependencies.now()), body, sha256 });
      else if (there === sha256) known += 1;
      else conflicts.push(version.observedAt);
      bodies.set(version.observedAt, there ?? sha256);
      done += 1;
      dependencies.onProgress(done, wanted.length);
    }
    batches.end();
  } finally {
    batches.abort();
  }
  const imported = summarize(ledger, before);
  const warning = imported.runs > 0 ? compact(ledger) : undefined;
  const narrower = history.versions.length - wanted.length + batches.dropped;
  return { isNewFile: ledger.isNew, known, conflicts, narrower, imported, warning, isStopped: done < wanted.length };
}

function toSnapshot({ observedAt, source }: Version, scope: string, now: Date): Omit<Snapshot, 'body'> {
  const at = toInstant(now);
  const attempt = { trigger: 'import', attempts: 1, httpStatus: null, etag: null } as const;
  return { ...attempt, source, scope, startedAt: at, finishedAt: at, observedAt, isAccepted: false };
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

/** So many snapshots share a transaction, and no fewer than have to be told anew after them. */
const BATCH = 128;

/** Snapshots on their way into the file, a transaction at a time. */
class Batches {
  /** Snapshots of earlier imports that would now narrow the scope. */
  dropped = 0;
  #recorded = 0;
  readonly #ledger: Ledger;
  readonly #recorder: Recorder;
  #open: { readonly transaction: Transaction; readonly size: number; count: number } | undefined;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
    this.#recorder = new Recorder(ledger);
  }

  add(snapshot: Snapshot): void {
    this.#open ??= {
      transaction: begin(this.#ledger, this.#state()),
      size: Math.max(BATCH, tailLength(this.#ledger, snapshot.observedAt)),
      count: 0,
    };
    withFile(this.#ledger.file, () => this.#recorder.add(snapshot), this.#state());
    this.#open.count += 1;
    if (this.#open.count >= this.#open.size) this.end();
  }

  end(): void {
    if (this.#open === undefined) return;
    const { dropped } = withFile(this.#ledger.file, () => this.#recorder.finish(), this.#state());
    this.dropped += dropped;
    this.#open.transaction.commit();
    this.#recorded += this.#open.count;
    this.#open = undefined;
  }

  /** What a failure now leaves behind. */
  #state(): string {
    if (this.#recorded > 0)
      return `the ${this.#recorded} snapshots before are recorded; the same import goes on from there`;
    return this.#ledger.isUntouched ? 'nothing was written' : 'nothing was imported';
  }

  /** Takes back what no {@link end} has written. */
  abort(): void {
    this.#open?.transaction.rollback();
  }
}
