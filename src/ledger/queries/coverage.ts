import { sql } from 'drizzle-orm';
import { acceptedAt, lastAccepted } from '../record/timeline.ts';
import type { Ledger } from '../store/open.ts';
import { ACCEPTED_STATUSES } from '../store/schema/runs.ts';

/** From which instant to which the ledger knows what was listed; null where no list was ever accepted. */
export interface Coverage {
  readonly first: string;
  readonly last: string;
}

export function coverageOf(ledger: Ledger): Coverage | null {
  const { orm } = ledger;
  const first = orm.get<{ at: string } | undefined>(sql`SELECT observed_at AS at FROM sync_runs
    WHERE status IN ${ACCEPTED_STATUSES} AND observed_at IS NOT NULL ORDER BY observed_at LIMIT 1`)?.at;
  const last = lastAccepted(ledger)?.observedAt;
  return first === undefined || last === undefined ? null : { first, last };
}

/** The instant of the newest accepted list that had been observed by an instant. */
export function observedBy(ledger: Ledger, at: string): string | null {
  return acceptedAt(ledger, at)?.observedAt ?? null;
}

/** When the run ended that observed the newest accepted list, as `status` measures it; null where there was none. */
export function lastGoodFinish({ orm }: Ledger): string | null {
  const run = orm.get<{ at: string } | undefined>(sql`SELECT finished_at AS at FROM sync_runs
    WHERE status IN ${ACCEPTED_STATUSES} AND observed_at IS NOT NULL ORDER BY observed_at DESC, id DESC LIMIT 1`);
  return run?.at ?? null;
}

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
      WHERE status IN ${ACCEPTED_STATUSES} AND observed_at IS NOT NULL)
    WHERE julianday(observed_at) - julianday(before) >= 1
    ORDER BY julianday(observed_at) - julianday(before) DESC LIMIT ${FEW}`);
}
