import { sql } from 'drizzle-orm';
import type { Ledger } from '../../store/open.ts';

/** A time between two neighbouring lists. */
export interface Gap {
  readonly from: string;
  readonly to: string;
}

const FEW = 10;

/** The longest times between two lists, of at least a day, longest first. */
export function gapsOf({ orm }: Ledger): Gap[] {
  return orm.all(sql`SELECT before AS "from", observed_at AS "to" FROM (
      SELECT observed_at, lag(observed_at) OVER (ORDER BY observed_at) AS before FROM sync_runs
      WHERE status IN ('changed', 'unchanged') AND observed_at IS NOT NULL)
    WHERE julianday(observed_at) - julianday(before) >= 1
    ORDER BY julianday(observed_at) - julianday(before) DESC LIMIT ${FEW}`);
}
