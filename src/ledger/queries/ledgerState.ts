import { hash } from 'node:crypto';
import { asc } from 'drizzle-orm';
import { newestObservedAt, nextRunId } from '../record/timeline.ts';
import type { Ledger } from '../store/open.ts';
import { syncRuns } from '../store/schema/runs.ts';

/** Identifies a ledger and its copies; empty for a ledger without runs. */
export function ledgerIdentity({ orm }: Ledger): string {
  const { startedAt, source, scope } = syncRuns;
  const first = orm.select({ startedAt, source, scope }).from(syncRuns).orderBy(asc(syncRuns.id)).limit(1).get();
  return first === undefined ? '' : hash('sha256', JSON.stringify(first), 'hex').slice(0, 16);
}

/** The newest run and the newest instant that was observed; 0 and null where nothing was. */
export function newestRun(ledger: Ledger): { run: number; observedAt: string | null } {
  return { run: nextRunId(ledger) - 1, observedAt: newestObservedAt(ledger) };
}
