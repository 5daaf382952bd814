import { eq, max, sql } from 'drizzle-orm';
import { RejectedError } from '../../core/errors.ts';
import { readModelList } from '../../core/reading/list.ts';
import type { ModelList } from '../../core/reading/modelList.ts';
import { widens } from '../../core/reading/scope.ts';
import { Archive } from '../archive/archive.ts';
import { hashOf } from '../archive/hash.ts';
import { rebuildEndpoints } from '../endpoints/replay.ts';
import type { Ledger } from '../store/open.ts';
import { acceptances, syncRuns } from '../store/schema.ts';
import { transact } from '../store/transaction.ts';
import { type Outcome, Projection } from './projection.ts';
import { rewind } from './rewind.ts';
import { addSame, RunRows, type Same, type Seen, type Snapshot } from './runs.ts';
import { lastAccepted, listsFrom, type TimelineRun } from './timeline.ts';

export type Recorded =
  | Same
  | ({ readonly runId: number; readonly observedAt: string } & (
      | Outcome
      | { readonly status: 'rejected'; readonly error: RejectedError }
    ));

export interface RecordOptions {
  /** Take everything back at the end. */
  readonly dryRun?: boolean | undefined;
  /** Writes what belongs to the runs into the same transaction. */
  readonly afterwards?: (recorded: readonly Recorded[]) => void;
}

/** What telling lists anew came to. */
export interface Replayed {
  readonly outcomes: ReadonlyMap<number, Outcome>;
  /** Lists left out because they would narrow the scope. */
  readonly dropped: number;
}

export type Kept =
  | { readonly kind: 'done'; readonly recorded: Recorded }
  | { readonly kind: 'list'; readonly run: TimelineRun; readonly modelList: ModelList };

/** The list that the next body is told from, and against which it is read. */
interface Base {
  readonly sha256: string;
  readonly modelList: ModelList;
}

/** Writes snapshots into the data file. After an error it is not to be used again: what it knows may not be so. */
export class Recorder {
  readonly #ledger: Ledger;
  readonly #archive: Archive;
  #projection: Projection | undefined;
  readonly #rows: RunRows;
  #newest: Base | undefined;
  #headHash: string | undefined;
  #isOpen = false;
  /** Where the snapshots taken in begin to be told, when that is before the newest list. */
  #insertFrom: string | undefined;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
    this.#archive = new Archive(ledger);
    this.#rows = new RunRows(ledger);
  }

  /**
   * Records snapshots, oldest first, in one transaction.
   */
  record(snapshots: readonly Snapshot[], options: RecordOptions = {}): Recorded[] {
    return transact(
      this.#ledger,
      () => {
        const kept = snapshots.map((snapshot) => this.add(snapshot));
        const { outcomes } = this.finish(new Set(kept.flatMap((one) => (one.kind === 'list' ? [one.run.id] : []))));
        const recorded = kept.map((one) => (one.kind === 'done' ? one.recorded : outcomeOf(one.run, outcomes)));
        options.afterwards?.(recorded);
        return recorded;
      },
      options,
    );
  }

  /**
   * Takes a snapshot into the open transaction, which {@link finish} has to end. Snapshots come oldest first; those
   * older than the newest list of the file are told where they belong, and what came after them is told anew.
   */
  add(snapshot: Snapshot): Kept {
    if (!this.#isOpen) {
      const newest = lastList(this.#ledger);
      const { observedAt } = snapshot;
      this.#isOpen = true;
      this.#insertFrom = newest === null || observedAt > newest ? undefined : observedAt;
      if (this.#insertFrom !== undefined) this.#newest = this.#before(observedAt);
    }
    return this.#insertFrom === undefined ? this.#append(snapshot) : this.#store(snapshot);
  }

  /**
   * Writes what the snapshots taken in make of the tables; to be called before the commit.
   * @param wanted runs whose outcome is asked for
   */
  finish(wanted: ReadonlySet<number> = new Set()): Replayed {
    this.#archive.flush();
    const nothing = { outcomes: new Map(), dropped: 0 };
    const told = this.#insertFrom === undefined ? nothing : this.#replay(this.#insertFrom, wanted);
    if (this.#projection !== undefined) this.#settle(this.#projection);
    this.#insertFrom = undefined;
    this.#isOpen = false;
    return told;
  }

  /** Makes the tables anew from the archive. */
  rebuild(): void {
    transact(this.#ledger, () => {
      this.replay('');
      rebuildEndpoints(this.#ledger);
    });
  }

  /** Makes the tables anew from an instant on, in a transaction that is open. */
  replay(from: string): void {
    this.#insertFrom = from;
    this.finish();
  }

  #append(snapshot: Snapshot): Kept {
    const sha256 = snapshot.sha256 ?? hashOf(snapshot.body);
    const last = this.#projection ? this.#projection.head?.run : lastAccepted(this.#ledger);
    if (last?.sha256 === sha256 && last.scope === snapshot.scope) {
      return { kind: 'done', recorded: this.#confirm(snapshot, last) };
    }
    this.#projection ??= new Projection(this.#ledger, this.#archive);
    const { head } = this.#projection;
    if (head !== null) this.#newest ??= { sha256: head.run.sha256, modelList: head.modelList };
    const kept = this.#store(snapshot, sha256);
    if (kept.kind === 'done') return kept;
    const { run, modelList } = kept;
    const outcome = this.#projection.advance(run, modelList);
    return { kind: 'done', recorded: { runId: run.id, observedAt: run.observedAt, ...outcome } };
  }

  /** The newest list before an instant, to tell the next ones from. */
  #before(observedAt: string): Base | undefined {
    const run = lastAccepted(this.#ledger, observedAt);
    return run && { sha256: run.sha256, modelList: readModelList(this.#archive.get(run.sha256)) };
  }

  /** Takes the tables back to an instant and tells every list from there on. */
  #replay(from: string, wanted: ReadonlySet<number>): Replayed {
    rewind(this.#ledger, this.#archive, from);
    const outcomes = new Map<number, Outcome>();
    const lists = listsFrom(this.#ledger, from);
    const projection = new Projection(this.#ledger, this.#archive, from);
    let modelList = projection.head?.modelList;
    let dropped = 0;
    for (const run of lists) {
      if (projection.head && widens(run.scope, projection.head.run.scope)) {
        this.#drop(run);
        dropped += 1;
        continue;
      }
      modelList = readModelList(this.#archive.get(run.sha256), modelList);
      const outcome = projection.advance(run, modelList);
      if (wanted.has(run.id)) outcomes.set(run.id, outcome);
    }
    this.#projection = projection;
    return { outcomes, dropped };
  }

  /** A list that would narrow what the lists before it cover is left out; its body stays in the archive. */
  #drop({ id }: TimelineRun): void {
    this.#ledger.orm.delete(acceptances).where(eq(acceptances.runId, id)).run();
    this.#ledger.orm.delete(syncRuns).where(eq(syncRuns.id, id)).run();
  }

  #settle(projection: Projection): void {
    projection.flush();
    const { head } = projection;
    if (head === null) return;
    this.#newest = { sha256: head.run.sha256, modelList: head.modelList };
    if (head.run.sha256 === this.#headHash) return;
    this.#headHash = head.run.sha256;
    this.#archive.putHead({ sha256: head.run.sha256, bytes: head.modelList.bytes });
  }

  /** Puts the body into the archive and a row into `sync_runs`; a body that is no list goes no further. */
  #store(snapshot: Snapshot, sha256 = snapshot.sha256 ?? hashOf(snapshot.body)): Kept {
    const known = this.#newest;
    const read = readOrReject(snapshot.body, known?.modelList);
    const { body: bytes, observedAt, scope, isAccepted } = snapshot;
    if (read instanceof RejectedError) {
      this.#archive.put({ bytes, sha256, modelList: null });
      const runId = this.#rows.add(snapshot, { sha256, bodyBytes: bytes.length, status: 'rejected', error: read });
      return { kind: 'done', recorded: { status: 'rejected', runId, observedAt, error: read } };
    }
    this.#archive.put({ bytes, sha256, modelList: read }, known && { ...known, bytes: known.modelList.bytes });
    this.#newest = { sha256, modelList: read };
    const runId = this.#rows.add(snapshot, { sha256, bodyBytes: bytes.length, status: 'unchanged' });
    if (isAccepted) this.#ledger.orm.insert(acceptances).values({ runId }).run();
    const { source, etag } = snapshot;
    const run: TimelineRun = { id: runId, observedAt, scope, source, etag, sha256, isAccepted };
    return { kind: 'list', run, modelList: read };
  }

  #confirm(seen: Seen, last: TimelineRun): Recorded {
    const recorded = addSame(this.#rows, seen, last);
    this.#projection?.confirm({ ...last, id: recorded.runId, observedAt: seen.observedAt });
    return recorded;
  }
}

function readOrReject(body: Buffer, known: ModelList | undefined): ModelList | RejectedError {
  try {
    return readModelList(body, known);
  } catch (error) {
    if (error instanceof RejectedError) return error;
    throw error;
  }
}

function outcomeOf({ id, observedAt }: TimelineRun, outcomes: ReadonlyMap<number, Outcome>): Recorded {
  const outcome = outcomes.get(id);
  if (outcome === undefined) throw new TypeError(`run ${id} was not told`);
  return { runId: id, observedAt, ...outcome };
}

/** The instant of the newest list, accepted or held. */
function lastList({ orm }: Ledger): string | null {
  const row = orm
    .select({ at: max(syncRuns.observedAt) })
    .from(syncRuns)
    .where(sql`${syncRuns.status} IN ('changed', 'unchanged', 'held')`)
    .get();
  return row?.at ?? null;
}
