import { sql } from 'drizzle-orm';
import type { Ledger } from '../../store/open.ts';

/** When the last run ended that had a list to accept; null where there was none. */
export function lastGoodFinish({ orm }: Ledger): string | null {
  return orm.get<{ at: string | null }>(
    sql`SELECT max(finished_at) AS at FROM sync_runs WHERE status IN ('changed', 'unchanged')`,
  ).at;
}
