import type { ListChange } from '../core/diff/changes.ts';
import type { SyncOutcome as Run } from '../sync.ts';
import type { SyncChange, SyncResult } from './api/sync.ts';

/** What a run came to as a record with stable keys. */
export function syncRecord(
  { recorded, previous }: Run,
  { dryRun = false }: { readonly dryRun?: boolean | undefined },
): SyncResult {
  const { runId, observedAt } = recorded;
  const base = { run: dryRun ? null : runId, dryRun, observedAt, previousObservedAt: previous?.observedAt ?? null };
  switch (recorded.status) {
    case 'same':
      return { ...base, status: 'unchanged', models: recorded.modelCount, changes: [] };
    case 'rejected':
      return { ...base, status: 'rejected', error: { code: recorded.error.code, message: recorded.error.message } };
    default:
      return {
        ...base,
        status: recorded.status,
        models: recorded.size,
        counts: recorded.counts,
        quarantined: recorded.quarantined.map(({ position, entry }) => ({
          position,
          model: entry.id,
          issues: entry.issues,
        })),
        drift: recorded.drifts,
        gone: recorded.status === 'held' ? recorded.missing : [],
        changes: recorded.models.flatMap(({ id, changes }) => changes.map((change) => changeRecord(id, change))),
      };
  }
}

function changeRecord(model: string, change: ListChange): SyncChange {
  if (!('field' in change)) return { model, type: change.type };
  const { type, field, before, after, cause, changePct } = change;
  return { model, type, field, before, after, cause, changePct };
}
