import { sql } from 'drizzle-orm';
import type { Ledger } from '../../store/open.ts';

/** When the run ended that observed the newest accepted list, as `status` measures it; null where there was none. */
export function lastGoodFinish({ orm }: Ledger): string | null {
  const run = orm.get<{ at: string } | undefined>(sql`SELECT finished_at AS at FROM sync_runs
    WHERE status IN ('changed', 'unchanged') AND observed_at IS NOT NULL ORDER BY observed_at DESC, id DESC LIMIT 1`);
  return run?.at ?? null;
}
