import { isNotNull, isNull } from 'drizzle-orm';
import type { Change } from '../../core/diff/changes.ts';
import { diffPrices } from '../../core/diff/compareModels.ts';
import type { Drift } from '../../core/diff/drift.ts';
import {
  applyComparison,
  compareListing,
  findMissing,
  isDoubtful,
  type Listing,
  type ModelChange,
} from '../../core/diff/listing.ts';
import { limitsOf } from '../../core/reading/limits.ts';
import { readModelList } from '../../core/reading/list.ts';
import { type Entry, readEntry } from '../../core/reading/model.ts';
import type { ModelList } from '../../core/reading/modelList.ts';
import { widens } from '../../core/reading/scope.ts';
import type { Archive } from '../archive/archive.ts';
import { changeValues } from '../endpoints/look.ts';
import type { Ledger } from '../store/open.ts';
import { models } from '../store/schema/models.ts';
import type { Steps } from '../store/steps.ts';
import { priceValues } from '../store/storedPrice.ts';
import { prepareDefaultPrices } from './defaultPrices.ts';
import { columnsOf } from './modelRow.ts';
import { prepareStatements, type Statements } from './statements.ts';
import { heldSince, lastAccepted, type TimelineRun } from './timeline.ts';

/** The newest accepted list. */
interface Head {
  readonly run: TimelineRun;
  readonly modelList: ModelList;
}

/** What one list did to the tables. */
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

type ChangeCounts = Record<'added' | 'removed' | 'restored' | 'repriced' | 'limitsChanged' | 'updated', number>;

interface ModelLife {
  entry: Entry | null;
  readonly firstSeenAt: string;
  lastSeenAt: string | null;
  removedAt: string | null;
}

/**
 * The tables as what the lists in the archive say, in the order of time. It stands behind the newest list of the file
 * and moves on list by list; rows of `models` are written when {@link flush} is called.
 */
export class Projection {
  #head: Head | null = null;
  #absences = new Map<string, number>();
  readonly #listing: Listing;
  readonly #dirty = new Map<string, ModelLife>();
  readonly #write: Statements;

  /**
   * Reads the state behind the newest list.
   * @param before where the tables have been taken back to: lists from this instant on do not count
   */
  constructor(ledger: Ledger, archive: Archive, before?: string) {
    this.#write = prepareStatements(ledger);
    const defaultPrices = prepareDefaultPrices(ledger);
    this.#listing = {
      listed: new Map(),
      removed: new Set(),
      recall: (id) => this.#recall(id),
      defaultPrices: (id) => defaultPrices(id, this.#head?.run.observedAt ?? ''),
    };
    const run = lastAccepted(ledger, before);
    if (run !== undefined) this.#head = { run, modelList: readModelList(archive.get(run.sha256)) };
    const ids = ledger.orm.select({ id: models.id }).from(models);
    for (const { id } of ids.where(isNull(models.removedAt)).all()) {
      this.#listing.listed.set(id, this.#head?.modelList.models.get(id) ?? this.#recall(id));
    }
    for (const { id } of ledger.orm.select({ id: models.id }).from(models).where(isNotNull(models.removedAt)).all()) {
      this.#listing.removed.add(id);
    }
    for (const held of heldSince(ledger, run?.observedAt ?? '', before).reverse()) {
      this.#countAbsences(findMissing(this.#listing, readModelList(archive.get(held.sha256), this.#head?.modelList)));
    }
  }

  get head(): Head | null {
    return this.#head;
  }

  /** The bytes of the newest accepted list, observed again. */
  confirm(run: TimelineRun): void {
    if (this.#head !== null) this.#head = { ...this.#head, run };
    this.#absences.clear();
  }

  /** Moves on to the next list: writes its events and intervals, and settles its row in `sync_runs`. */
  *advance(run: TimelineRun, modelList: ModelList): Steps<Outcome> {
    const missing = findMissing(this.#listing, modelList);
    const isHeld = !run.isAccepted && isDoubtful(this.#listing.listed.size, missing, this.#absences);
    return isHeld ? this.#hold(run, modelList, missing) : yield* this.#accept(run, modelList, missing);
  }

  /** Writes the rows of `models` that are not as the file has them. */
  flush(): void {
    for (const [id, { entry, ...life }] of this.#dirty) {
      if (entry === null) this.#write.endModel.run({ id, ...life });
      else this.#write.putModel.run({ ...columnsOf(id, entry), ...life });
    }
    this.#dirty.clear();
  }

  #hold(run: TimelineRun, modelList: ModelList, missing: readonly string[]): Outcome {
    this.#countAbsences(missing);
    const counts = noCounts();
    this.#write.settleRun.run({
      ...counts,
      id: run.id,
      status: 'held',
      modelCount: sizeOf(modelList),
      quarantined: 0,
      errorCode: 'too_many_gone',
      errorMessage: `${missing.length} of ${this.#listing.listed.size} listed models are missing from the answer`,
    });
    return { status: 'held', models: [], drifts: [], quarantined: [], size: modelList.models.size, missing, counts };
  }

  *#accept(run: TimelineRun, modelList: ModelList, missing: readonly string[]): Steps<Outcome> {
    const before = this.#head;
    const comparison = compareListing(this.#listing, modelList, missing);
    const counts = noCounts();
    for (const model of comparison.models) {
      this.#noteLifecycle(run, model);
      this.#writeIntervals(run, model);
      for (const change of model.changes) {
        this.#writeEvent(run, model.id, change);
        counts[change.type === 'limits_changed' ? 'limitsChanged' : change.type] += 1;
      }
      yield;
    }
    for (const { keyPath, shift, models: count, compared } of comparison.drifts) {
      const { id: runId, observedAt } = run;
      this.#write.addDrift.run({ runId, observedAt, keyPath, kind: shift, models: count, compared });
    }
    this.#writeQuarantine(run, modelList);
    applyComparison(this.#listing, comparison);
    this.#absences.clear();
    this.#head = { run, modelList };
    const events = Object.values(counts).reduce((sum, count) => sum + count, 0);
    const status = events > 0 ? 'changed' : 'unchanged';
    this.#write.settleRun.run({
      ...counts,
      id: run.id,
      status,
      modelCount: sizeOf(modelList),
      quarantined: before?.run.sha256 === run.sha256 ? 0 : modelList.quarantined.length,
      errorCode: null,
      errorMessage: null,
    });
    return { status, ...comparison, quarantined: modelList.quarantined, size: modelList.models.size, missing, counts };
  }

  #writeEvent(run: TimelineRun, modelId: string, change: Change): void {
    const isFirst = this.#head === null || (change.type === 'added' && widens(this.#head.run.scope, run.scope));
    const previousObservedAt = isFirst ? null : (this.#head?.run.observedAt ?? null);
    const { id: runId, observedAt } = run;
    this.#write.addEvent.run({ runId, modelId, observedAt, previousObservedAt, ...changeValues(change) });
  }

  #writeIntervals(
    { id: run, observedAt: at }: TimelineRun,
    { id: modelId, before, after, changes }: ModelChange,
  ): void {
    if (changes.length === 0) return;
    const old = before?.model;
    const now = after?.model;
    if (now === undefined || now === null) {
      this.#write.closePrices.run({ at, run, modelId });
      this.#write.closeLimits.run({ at, run, modelId });
      return;
    }
    for (const { component, condition, before: was, after: amount } of diffPrices(
      old?.prices ?? new Map(),
      now.prices,
    )) {
      if (was !== null) this.#write.closePrice.run({ at, run, modelId, component, condition });
      if (amount === null) continue;
      this.#write.addPrice.run({ modelId, component, condition, ...priceValues(amount), validFrom: at, openedBy: run });
    }
    const limits = limitsOf(now);
    if (old && JSON.stringify(limitsOf(old)) === JSON.stringify(limits)) return;
    if (old) this.#write.closeLimits.run({ at, run, modelId });
    this.#write.addLimits.run({ ...limits, modelId, validFrom: at, openedBy: run });
  }

  #noteLifecycle({ observedAt }: TimelineRun, { id, after }: ModelChange): void {
    const isNew = after !== null && !this.#listing.listed.has(id) && !this.#listing.removed.has(id);
    const life = this.#dirty.get(id) ?? { entry: null, firstSeenAt: observedAt, lastSeenAt: null, removedAt: null };
    this.#dirty.set(id, life);
    if (after !== null) life.entry = after;
    life.lastSeenAt = after === null ? (this.#head?.run.observedAt ?? null) : null;
    life.removedAt = after === null ? observedAt : null;
    // Events refer to the row: while one refers to nothing, SQLite searches all tables with every run that is added.
    if (isNew) this.#write.putModel.run({ ...columnsOf(id, after), ...life });
  }

  /** The bad entries; the same bytes as before have told theirs already. */
  #writeQuarantine({ id: runId, sha256 }: TimelineRun, { quarantined }: ModelList): void {
    if (this.#head?.run.sha256 === sha256) return;
    for (const { position, entry } of quarantined) {
      const { id: modelId, issues, text: document } = entry;
      this.#write.addQuarantined.run({ runId, position, modelId, issues: JSON.stringify(issues), document });
    }
  }

  #recall(id: string): Entry {
    const pending = this.#dirty.get(id)?.entry;
    if (pending) return pending;
    const row = this.#write.documentOf.get({ id });
    if (row === undefined) throw new TypeError(`no document of ${id}`);
    return readEntry(row.document);
  }

  #countAbsences(missing: readonly string[]): void {
    this.#absences = new Map(missing.map((id) => [id, (this.#absences.get(id) ?? 0) + 1]));
  }
}

function noCounts(): ChangeCounts {
  return { added: 0, removed: 0, restored: 0, repriced: 0, limitsChanged: 0, updated: 0 };
}

function sizeOf({ models: good, quarantined }: ModelList): number {
  return good.size + quarantined.length;
}
