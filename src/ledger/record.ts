import { eq, max, sql } from 'drizzle-orm';
import { type Catalog, readCatalog } from '../core/catalog.ts';
import { RejectedError } from '../core/errors.ts';
import { Archive, hashOf } from './archive.ts';
import type { Ledger } from './open.ts';
import { type Outcome, Projection } from './projection.ts';
import { rewind } from './rewind.ts';
import { acceptances, syncRuns } from './schema.ts';
import { prepareRun } from './statements.ts';
import { lastAccepted, listsFrom, type TimelineRun } from './timeline.ts';
import { transact } from './transact.ts';

/** How an answer was come by: what `sync_runs` keeps of an attempt beside its outcome. */
export interface Attempt {
  readonly trigger: (typeof syncRuns.$inferInsert)['trigger'];
  readonly source: string;
  readonly scope: string;
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly attempts: number;
  readonly httpStatus: number | null;
  readonly etag: string | null;
}

/** A body and the instant it was observed. */
export interface Snapshot extends Attempt {
  readonly body: Buffer;
  readonly observedAt: string;
  /** A person vouches for it, whatever is missing. */
  readonly isVouched: boolean;
}

export type Recorded = { readonly runId: number; readonly observedAt: string } & (
  | (Outcome & { readonly catalog: Catalog })
  /** The bytes of the newest accepted list again: one row, nothing else. */
  | { readonly status: 'same'; readonly modelCount: number }
  | { readonly status: 'rejected'; readonly error: RejectedError }
);

type Kept =
  | { readonly kind: 'rejected'; readonly recorded: Recorded }
  | { readonly kind: 'list'; readonly run: TimelineRun; readonly catalog: Catalog };

/** Writes snapshots into the data file. After an error it is not to be used again: what it knows may not be so. */
export class Recorder {
  readonly #ledger: Ledger;
  readonly #archive: Archive;
  #projection: Projection | undefined;
  #insertRun: ReturnType<typeof prepareRun> | undefined;
  #newest: { readonly sha256: string; readonly catalog: Catalog } | undefined;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
    this.#archive = new Archive(ledger);
  }

  /**
   * Records snapshots, oldest first, in one transaction. Those older than the newest list of the file are told where
   * they belong: what came after them is told anew.
   * @param options.afterwards writes what belongs to the runs into the same transaction
   */
  record(
    snapshots: readonly Snapshot[],
    options: { dryRun?: boolean | undefined; afterwards?: (recorded: readonly Recorded[]) => void } = {},
  ): Recorded[] {
    return transact(
      this.#ledger,
      () => {
        const from = snapshots[0]?.observedAt;
        const newest = lastList(this.#ledger);
        if (from === undefined) return [];
        const isNewest = newest === null || from > newest;
        const recorded = isNewest ? this.#append(snapshots) : this.#weave(snapshots, from);
        options.afterwards?.(recorded);
        return recorded;
      },
      options,
    );
  }

  /** Records that upstream still has the newest accepted list: one row. */
  confirm(seen: Omit<Snapshot, 'body'>, options: { dryRun?: boolean | undefined } = {}): Recorded {
    return transact(
      this.#ledger,
      () => {
        const last = lastAccepted(this.#ledger);
        if (last === undefined) throw new TypeError('nothing to confirm');
        return this.#addSame(seen, last);
      },
      options,
    );
  }

  /** Makes the tables anew from the archive. */
  rebuild(): void {
    transact(this.#ledger, () => this.#replay(''));
  }

  #append(snapshots: readonly Snapshot[]): Recorded[] {
    const recorded = snapshots.map((snapshot) => this.#appendOne(snapshot));
    this.#archive.flush();
    if (this.#projection !== undefined) this.#settle(this.#projection);
    return recorded;
  }

  #appendOne(snapshot: Snapshot): Recorded {
    const { body, observedAt } = snapshot;
    const sha256 = hashOf(body);
    const last = this.#projection ? this.#projection.head?.run : lastAccepted(this.#ledger);
    if (last?.sha256 === sha256 && last.scope === snapshot.scope) {
      return this.#addSame(snapshot, last);
    }
    this.#projection ??= new Projection(this.#ledger, this.#archive);
    const stored = this.#store(snapshot, sha256, this.#projection.head);
    if (stored.kind === 'rejected') return stored.recorded;
    const { run, catalog } = stored;
    return { runId: run.id, observedAt, catalog, ...this.#projection.advance(run, catalog) };
  }

  #addSame(seen: Omit<Snapshot, 'body'>, last: TimelineRun): Recorded {
    const { observedAt } = seen;
    const row = this.#ledger.orm
      .select({ modelCount: syncRuns.modelCount, bodyBytes: syncRuns.bodyBytes })
      .from(syncRuns)
      .where(eq(syncRuns.id, last.id))
      .get();
    const modelCount = row?.modelCount ?? 0;
    const bodyBytes = row?.bodyBytes ?? 0;
    const runId = this.#addRun(seen, { sha256: last.sha256, bodyBytes, status: 'unchanged', modelCount });
    this.#projection?.confirm({ ...last, id: runId, observedAt });
    return { status: 'same', runId, observedAt, modelCount };
  }

  #weave(snapshots: readonly Snapshot[], from: string): Recorded[] {
    const before = lastAccepted(this.#ledger, from);
    const base = before && { run: before, catalog: readCatalog(this.#archive.get(before.sha256)) };
    this.#newest = undefined;
    const stored = snapshots.map((snapshot) => this.#store(snapshot, hashOf(snapshot.body), base ?? null));
    this.#archive.flush();
    const outcomes = this.#replay(from);
    return stored.map((item) => {
      if (item.kind === 'rejected') return item.recorded;
      const { run, catalog } = item;
      const outcome = outcomes.get(run.id);
      if (outcome === undefined) throw new TypeError(`run ${run.id} was not replayed`);
      return { runId: run.id, observedAt: run.observedAt, catalog, ...outcome };
    });
  }

  /** Takes the tables back to an instant and tells every list from there on. */
  #replay(from: string): Map<number, Outcome> {
    rewind(this.#ledger, this.#archive, from);
    const outcomes = new Map<number, Outcome>();
    const lists = listsFrom(this.#ledger, from);
    const projection = new Projection(this.#ledger, this.#archive, from);
    let catalog = projection.head?.catalog;
    for (const run of lists) {
      catalog = readCatalog(this.#archive.get(run.sha256), catalog);
      outcomes.set(run.id, projection.advance(run, catalog));
    }
    this.#projection = projection;
    this.#settle(projection);
    return outcomes;
  }

  #settle(projection: Projection): void {
    projection.flush();
    const { head } = projection;
    if (head === null) return;
    this.#newest = { sha256: head.run.sha256, catalog: head.catalog };
    this.#archive.putHead({ sha256: head.run.sha256, bytes: head.catalog.bytes });
  }

  /** Puts the body into the archive and a row into `sync_runs`; a body that is no list goes no further. */
  #store(snapshot: Snapshot, sha256: string, base: Projection['head']): Kept {
    const known = this.#newest ?? (base ? { sha256: base.run.sha256, catalog: base.catalog } : undefined);
    const read = readOrReject(snapshot.body, known?.catalog);
    const { body: bytes, observedAt, scope, isVouched } = snapshot;
    if (read instanceof RejectedError) {
      this.#archive.put({ bytes, sha256, catalog: null });
      const runId = this.#addRun(snapshot, { sha256, bodyBytes: bytes.length, status: 'rejected', error: read });
      return { kind: 'rejected', recorded: { status: 'rejected', runId, observedAt, error: read } };
    }
    this.#archive.put({ bytes, sha256, catalog: read }, known && { ...known, bytes: known.catalog.bytes });
    this.#newest = { sha256, catalog: read };
    const runId = this.#addRun(snapshot, { sha256, bodyBytes: bytes.length, status: 'unchanged' });
    if (isVouched) this.#ledger.orm.insert(acceptances).values({ runId }).run();
    const { source, etag } = snapshot;
    const run: TimelineRun = { id: runId, observedAt, scope, source, etag, sha256, isVouched };
    return { kind: 'list', run, catalog: read };
  }

  #addRun(
    { isVouched: _, ...attempt }: Omit<Snapshot, 'body'>,
    result: {
      sha256: string;
      bodyBytes: number;
      status: 'unchanged' | 'rejected';
      modelCount?: number;
      error?: RejectedError;
    },
  ): number {
    const { sha256, bodyBytes, status, modelCount, error } = result;
    this.#insertRun ??= prepareRun(this.#ledger);
    return this.#insertRun.get({
      ...attempt,
      status,
      bodySha256: sha256,
      bodyBytes,
      modelCount: modelCount ?? null,
      errorCode: error?.code ?? null,
      errorMessage: error?.message ?? null,
    }).id;
  }
}

/** Leaves a row for an attempt that got no answer. */
export function recordFailure(ledger: Ledger, attempt: Attempt, error: { code: string; message: string }): number {
  return transact(ledger, () =>
    ledger.orm
      .insert(syncRuns)
      .values({ ...attempt, status: 'failed', errorCode: error.code, errorMessage: error.message })
      .returning({ id: syncRuns.id })
      .get(),
  ).id;
}

function readOrReject(body: Buffer, known: Catalog | undefined): Catalog | RejectedError {
  try {
    return readCatalog(body, known);
  } catch (error) {
    if (error instanceof RejectedError) return error;
    throw error;
  }
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
