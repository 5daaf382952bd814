import { sql } from 'drizzle-orm';
import { Archive } from '../archive/archive.ts';
import type { Ledger } from '../store/open.ts';
import { acceptances, LIST_STATUSES } from '../store/schema/runs.ts';
import type { Steps } from '../store/steps.ts';
import { transactInTurns } from '../store/transaction.ts';
import { replay } from './replay.ts';

export interface Believed {
  /** How many had been held. */
  readonly believed: number;
  /** How many later lists were left out because they would narrow the scope now. */
  readonly dropped: number;
}

/**
 * Accepts lists of the file, in one transaction: those that were held are believed, and what came after them is
 * replayed; the others will not be held when an older list is inserted before them.
 * @param instants at which the lists were observed
 * @throws the signal's reason; then nothing is accepted
 */
export async function acceptLists(ledger: Ledger, instants: readonly string[], signal: AbortSignal): Promise<Believed> {
  const { orm } = ledger;
  const lists = orm.all<{ runId: number; at: string; status: string }>(sql`SELECT id AS runId, observed_at AS at, status
    FROM sync_runs WHERE status IN ${LIST_STATUSES} AND id NOT IN (SELECT run_id FROM acceptances)
      AND observed_at IN (SELECT value FROM json_each(${JSON.stringify(instants)}))
    ORDER BY observed_at`);
  if (lists.length === 0) return { believed: 0, dropped: 0 };
  const held = lists.filter(({ status }) => status === 'held');
  const [first] = held;
  const steps = function* (): Steps<number> {
    for (const { runId } of lists) orm.insert(acceptances).values({ runId }).run();
    return first === undefined ? 0 : yield* replay(ledger, new Archive(ledger), first.at);
  };
  const dropped = await transactInTurns(ledger, 'what was held stays held', steps(), signal);
  return { believed: held.length, dropped };
}
