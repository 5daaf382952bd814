import { sql } from 'drizzle-orm';
import { Archive } from '../archive/archive.ts';
import { versionAfter } from '../store/file.ts';
import type { Ledger } from '../store/open.ts';
import { runAtOnce } from '../store/steps.ts';
import { replay } from './replay.ts';

/** Reads again from the archive what an older version read by other rules; called in the transaction of a migration. */
export function readAnew(ledger: Ledger, fromVersion: number): void {
  if (fromVersion >= versionAfter('price_views')) return;
  const from = firstReadOtherwise(ledger);
  if (from !== null) runAtOnce(replay(ledger, new Archive(ledger), from));
}

/**
 * The first instant at which today's rules may give other rows: where there are schedules, whose weekdays were not read
 * and whose price changes were news, or entries that were set aside for a limit that is no count.
 */
function firstReadOtherwise({ orm }: Ledger): string | null {
  return orm.get<{ at: string | null }>(sql`SELECT min(at) AS at FROM (
    SELECT min(valid_from) AS at FROM pricing_history WHERE instr(condition, 'utc_') > 0
    UNION ALL
    SELECT min(r.observed_at) FROM quarantine AS q JOIN sync_runs AS r ON r.id = q.run_id, json_each(q.issues) AS i
      WHERE i.value ->> 'path' GLOB 'context_length*' OR i.value ->> 'path' GLOB 'top_provider*'
        OR i.value ->> 'path' GLOB 'per_request_limits*'
  )`).at;
}
