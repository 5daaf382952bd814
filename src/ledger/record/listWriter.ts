import type { Change } from '../../core/diff/changes.ts';
import { diffPrices } from '../../core/diff/diffPrices.ts';
import type { Drift } from '../../core/diff/drift.ts';
import type { ModelChange } from '../../core/diff/listing.ts';
import { isObject } from '../../core/reading/json.ts';
import { limitsOf } from '../../core/reading/limits.ts';
import type { Entry } from '../../core/reading/model.ts';
import type { ModelList } from '../../core/reading/modelList.ts';
import { plainDocument } from '../../core/reading/plainDocument.ts';
import { widens } from '../../core/reading/scope.ts';
import { changeValues } from '../endpoints/look.ts';
import { priceValues } from '../store/storedPrice.ts';
import type { Statements } from './statements.ts';
import type { TimelineRun } from './timeline.ts';

export type ChangeCounts = Record<'added' | 'removed' | 'restored' | 'repriced' | 'limitsChanged' | 'updated', number>;

export function noCounts(): ChangeCounts {
  return { added: 0, removed: 0, restored: 0, repriced: 0, limitsChanged: 0, updated: 0 };
}

/** What a list came to, as its row in `sync_runs` says it. */
interface Settled extends ChangeCounts {
  readonly status: 'changed' | 'unchanged' | 'held';
  readonly modelCount: number;
  readonly quarantined: number;
}

/** Writes what a list did to the tables: intervals, events, what is set aside. */
export class ListWriter {
  readonly #write: Statements;

  constructor(write: Statements) {
    this.#write = write;
  }

  /** @param head the newest list before; null: this is the first */
  writeEvent(run: TimelineRun, head: TimelineRun | null, modelId: string, change: Change): void {
    const isFirst = head === null || (change.type === 'added' && widens(head.scope, run.scope));
    const previousObservedAt = isFirst ? null : head.observedAt;
    const { id: runId, observedAt } = run;
    this.#write.addEvent.run({ runId, modelId, observedAt, previousObservedAt, ...changeValues(change) });
  }

  writeIntervals({ id: run, observedAt: at }: TimelineRun, { id: modelId, before, after, changes }: ModelChange): void {
    if (changes.length === 0) return;
    const old = before?.model;
    const now = after?.model;
    if (now === undefined || now === null) {
      this.#write.closePrices.run({ at, run, modelId });
      this.#write.closeLimits.run({ at, run, modelId });
      return;
    }
    const opened = { modelId, validFrom: at, openedBy: run };
    for (const { component, condition, before: was, after: amount } of diffPrices(
      old?.prices ?? new Map(),
      now.prices,
    )) {
      if (was !== null) this.#write.closePrice.run({ at, run, modelId, component, condition });
      if (amount !== null) this.#write.addPrice.run({ ...opened, component, condition, ...priceValues(amount) });
    }
    const limits = limitsOf(now);
    if (old && JSON.stringify(limitsOf(old)) === JSON.stringify(limits)) return;
    if (old) this.#write.closeLimits.run({ at, run, modelId });
    this.#write.addLimits.run({ ...opened, ...limits });
  }

  writeDrifts({ id: runId, observedAt }: TimelineRun, drifts: readonly Drift[]): void {
    for (const { keyPath, shift: kind, models, compared } of drifts)
      this.#write.addDrift.run({ runId, observedAt, keyPath, kind, models, compared });
  }

  writeQuarantine({ id: runId }: TimelineRun, quarantined: ModelList['quarantined']): void {
    for (const { position, entry } of quarantined) {
      const { id: modelId, issues, text: document } = entry;
      this.#write.addQuarantined.run({ runId, position, modelId, issues: JSON.stringify(issues), document });
    }
  }

  /** @param error why it was held */
  settle(
    { id }: TimelineRun,
    settled: Settled,
    error?: { readonly errorCode: string; readonly errorMessage: string },
  ): void {
    this.#write.settleRun.run({ id, ...settled, errorCode: null, errorMessage: null, ...error });
  }
}

/** The columns of `models` that are stored beside the document; SQLite reads the others out of it. */
export function columnsOf(id: string, { text, model }: Entry) {
  const { created, alias_target: alias } = model?.document ?? {};
  const target = isObject(alias) ? alias.slug : alias;
  return {
    id,
    author: id.replace(/^~/, '').split('/')[0] ?? id,
    /** Upstream counts seconds since 1970. */
    createdAt: typeof created === 'number' ? new Date(created * 1000).toISOString() : null,
    aliasOf: typeof target === 'string' ? target : null,
    document: model === null ? text : plainDocument(text),
  };
}
