import type { Drift } from '../../core/diff/drift.ts';
import { applyComparison, compareListing, type Listing, type ModelChange } from '../../core/diff/listing.ts';
import { findMissing, isDoubtful } from '../../core/diff/plausibility.ts';
import { readModelList } from '../../core/reading/list.ts';
import type { ModelList } from '../../core/reading/modelList.ts';
import type { Archive } from '../archive/archive.ts';
import { prepareDefaultPrices } from '../store/intervals.ts';
import type { Ledger } from '../store/open.ts';
import type { ChangeCounts } from '../store/schema/columns.ts';
import { OF_MODELS } from '../store/schema/intervals.ts';
import { models } from '../store/schema/models.ts';
import type { Steps } from '../store/steps.ts';
import { ListWriter, noCounts } from './listWriter.ts';
import { ModelRows } from './modelRows.ts';
import { heldSince, lastAccepted, type TimelineRun } from './timeline.ts';

/** The newest accepted list. */
interface Head {
  readonly run: TimelineRun;
  readonly modelList: ModelList;
}

/** The effect of one list on the tables. */
export interface Outcome {
  readonly status: 'changed' | 'unchanged' | 'held';
  readonly models: readonly ModelChange[];
  readonly drifts: readonly Drift[];
  readonly quarantined: ModelList['quarantined'];
  /** Good entries in the list. */
  readonly size: number;
  /** Of a held list: the listed models that it lacks. */
  readonly missing: readonly string[];
  readonly counts: ChangeCounts;
}

/**
 * Makes the tables from lists, in the order of time. It begins after the newest list of the file and advances list by
 * list; rows of `models` are written by {@link flush}.
 */
export class Projection {
  #head: Head | null = null;
  #absences = new Map<string, number>();
  readonly #listing: Listing;
  readonly #rows: ModelRows;
  readonly #writer: ListWriter;

  /**
   * Reads the state after the newest list.
   * @param before where the tables have been rewound to: lists from this instant on are ignored
   */
  constructor(ledger: Ledger, archive: Archive, before?: string) {
    this.#rows = new ModelRows(ledger);
    this.#writer = new ListWriter(ledger);
    const defaultPrices = prepareDefaultPrices(ledger, OF_MODELS);
    this.#listing = {
      listed: new Map(),
      removed: new Set(),
      recall: (id) => this.#rows.recall(id),
      defaultPrices: (id) => defaultPrices(id, this.#head?.run.observedAt ?? ''),
    };
    const run = lastAccepted(ledger, before);
    if (run !== undefined) this.#head = { run, modelList: readModelList(archive.get(run.sha256)) };
    const rows = ledger.orm.select({ id: models.id, removedAt: models.removedAt }).from(models).all();
    for (const { id, removedAt } of rows) {
      if (removedAt !== null) this.#listing.removed.add(id);
      else this.#listing.listed.set(id, this.#head?.modelList.models.get(id) ?? this.#rows.recall(id));
    }
    for (const held of heldSince(ledger, run?.observedAt ?? '', before)) {
      this.#countAbsences(findMissing(this.#listing, readModelList(archive.get(held.sha256), this.#head?.modelList)));
    }
  }

  get head(): Head | null {
    return this.#head;
  }

  /** Takes note that the newest accepted list was observed again, byte for byte. */
  confirm(run: TimelineRun): void {
    if (this.#head !== null) this.#head = { ...this.#head, run };
    this.#absences.clear();
  }

  /** Advances to the next list: writes its events and intervals, and completes its row in `sync_runs`. */
  *advance(run: TimelineRun, modelList: ModelList): Steps<Outcome> {
    const missing = findMissing(this.#listing, modelList);
    const isHeld = !run.isAccepted && isDoubtful(this.#listing.listed.size, missing, this.#absences);
    return isHeld ? this.#hold(run, modelList, missing) : yield* this.#accept(run, modelList, missing);
  }

  /** Writes the changed rows of `models`. */
  flush(): void {
    this.#rows.flush();
  }

  #hold(run: TimelineRun, modelList: ModelList, missing: readonly string[]): Outcome {
    this.#countAbsences(missing);
    const counts = noCounts();
    const errorMessage = `${missing.length} of ${this.#listing.listed.size} listed models are missing from the answer`;
    const error = { errorCode: 'too_many_gone', errorMessage };
    this.#writer.settle(run, { ...counts, status: 'held', modelCount: sizeOf(modelList), quarantined: 0 }, error);
    return { status: 'held', models: [], drifts: [], quarantined: [], size: modelList.models.size, missing, counts };
  }

  *#accept(run: TimelineRun, modelList: ModelList, missing: readonly string[]): Steps<Outcome> {
    const comparison = compareListing(this.#listing, modelList, missing);
    const counts = noCounts();
    for (const model of comparison.models) {
      this.#noteLifecycle(run, model);
      this.#writer.writeIntervals(run, model);
      for (const change of model.changes) {
        this.#writer.writeEvent(run, this.#head?.run ?? null, model.id, change);
        counts[change.type === 'limits_changed' ? 'limitsChanged' : change.type] += 1;
      }
      yield;
    }
    this.#writer.writeDrifts(run, comparison.drifts);
    // Those of the same bytes are recorded already.
    const quarantined = this.#head?.run.sha256 === run.sha256 ? [] : modelList.quarantined;
    this.#writer.writeQuarantine(run, quarantined);
    applyComparison(this.#listing, comparison);
    this.#absences.clear();
    this.#head = { run, modelList };
    const status = Object.values(counts).some((count) => count > 0) ? 'changed' : 'unchanged';
    const settled = { ...counts, status, modelCount: sizeOf(modelList), quarantined: quarantined.length } as const;
    this.#writer.settle(run, settled);
    return { status, ...comparison, quarantined: modelList.quarantined, size: modelList.models.size, missing, counts };
  }

  #noteLifecycle({ observedAt }: TimelineRun, { id, after }: ModelChange): void {
    const [lastSeenAt, removedAt] = after === null ? [this.#head?.run.observedAt ?? null, observedAt] : [null, null];
    const lifecycle = { firstSeenAt: observedAt, lastSeenAt, removedAt };
    this.#rows.note(id, after, lifecycle);
    const isNew = after !== null && !this.#listing.listed.has(id) && !this.#listing.removed.has(id);
    // Events refer to the row: as long as it is missing, SQLite searches all tables with every run that is inserted.
    if (isNew) this.#rows.put(id, after, lifecycle);
  }

  #countAbsences(missing: readonly string[]): void {
    this.#absences = new Map(missing.map((id) => [id, (this.#absences.get(id) ?? 0) + 1]));
  }
}

function sizeOf({ models: good, quarantined }: ModelList): number {
  return good.size + quarantined.length;
}
