import { eq } from 'drizzle-orm';
import type { ListChange } from '../../core/diff/changes.ts';
import type { Drift } from '../../core/diff/drift.ts';
import type { ModelChange } from '../../core/diff/listing.ts';
import { limitsOf } from '../../core/reading/limits.ts';
import type { Entry } from '../../core/reading/model.ts';
import type { ModelList } from '../../core/reading/modelList.ts';
import { widens } from '../../core/reading/scope.ts';
import { changeValues } from '../endpoints/observedAnswer.ts';
import { prepareIntervals } from '../store/intervals.ts';
import type { Ledger } from '../store/open.ts';
import type { ChangeCounts } from '../store/schema/columns.ts';
import { changeEvents, quarantine, schemaDrift } from '../store/schema/events.ts';
import { OF_MODELS } from '../store/schema/intervals.ts';
import { COUNTS, syncRuns } from '../store/schema/runs.ts';
import { bindInsert, bindUpdate, value } from '../store/statements.ts';
import type { TimelineRun } from './timeline.ts';

export function noCounts(): ChangeCounts {
  return { added: 0, removed: 0, restored: 0, repriced: 0, limitsChanged: 0, updated: 0 };
}

/** What is known of a list once it has been compared, as its row in `sync_runs` has it. */
interface Settled extends ChangeCounts {
  readonly status: 'changed' | 'unchanged' | 'held';
  readonly modelCount: number;
  readonly quarantined: number;
}

/** Writes the effects of a list: intervals, events, drift and quarantined entries. */
export class ListWriter {
  readonly #write;

  constructor(ledger: Ledger) {
    const isThis = eq(syncRuns.id, value('id'));
    const settled = ['status', 'modelCount', 'errorCode', 'errorMessage', ...COUNTS] as const;
    this.#write = {
      intervals: prepareIntervals(ledger, OF_MODELS),
      addEvent: bindInsert(ledger, changeEvents, 'id'),
      addQuarantined: bindInsert(ledger, quarantine, 'id'),
      addDrift: bindInsert(ledger, schemaDrift, 'id'),
      settleRun: bindUpdate(ledger, syncRuns, isThis, ...settled),
    };
  }

  /** @param head the list before; null for the first one */
  writeEvent(run: TimelineRun, head: TimelineRun | null, modelId: string, change: ListChange): void {
    const isFirst = head === null || (change.type === 'added' && widens(head.scope, run.scope));
    const previousObservedAt = isFirst ? null : head.observedAt;
    const { id: runId, observedAt } = run;
    this.#write.addEvent.run({ runId, modelId, observedAt, previousObservedAt, ...changeValues(change) });
  }

  writeIntervals({ id: by, observedAt: at }: TimelineRun, { id, before, after, changes }: ModelChange): void {
    if (changes.length === 0) return;
    const now = termsOf(after);
    if (now === undefined) this.#write.intervals.end(id, { by, at });
    else this.#write.intervals.change(id, { by, at }, termsOf(before), now);
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

function termsOf(entry: Entry | null) {
  return entry?.model ? { prices: entry.model.prices, limits: limitsOf(entry.model) } : undefined;
}
