import { sql } from 'drizzle-orm';
import { Archive } from '../archive/archive.ts';
import type { Ledger } from '../store/open.ts';
import { acceptances } from '../store/schema/runs.ts';
import type { Steps } from '../store/steps.ts';
import { transactInTurns } from '../store/transaction.ts';
import { replay } from './replay.ts';

/**
 * Accepts held lists, and replays what came after them, in one transaction.
 * @param instants at which lists were observed; those that are not held are ignored
 * @returns how many were accepted
 * @throws the signal's reason; then they stay held
 */
export async function acceptHeld(ledger: Ledger, instants: readonly string[], signal: AbortSignal): Promise<number> {
  const { orm } = ledger;
  const held = orm.all<{ runId: number; at: string }>(sql`SELECT id AS runId, observed_at AS at FROM sync_runs
    WHERE status = 'held' AND observed_at IN (SELECT value FROM json_each(${JSON.stringify(instants)}))
    ORDER BY observed_at`);
  const [first] = held;
  if (first === undefined) return 0;
  const steps = function* (): Steps<void> {
    for (const { runId } of held) orm.insert(acceptances).values({ runId }).onConflictDoNothing().run();
    yield* replay(ledger, new Archive(ledger), first.at);
  };
  await transactInTurns(ledger, 'what was held stays held', steps(), signal);
  return held.length;
}
