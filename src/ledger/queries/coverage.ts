import { sql } from 'drizzle-orm';
import { acceptedAt, lastAccepted } from '../record/timeline.ts';
import type { Ledger } from '../store/open.ts';
import { ACCEPTED_STATUSES } from '../store/schema/runs.ts';

/** The instants of the first and the last accepted list. */
export interface Coverage {
  readonly first: string;
  readonly last: string;
}

/** Null where no list was ever accepted. */
export function coverageOf(ledger: Ledger): Coverage | null {
  const { orm } = ledger;
  const first = orm.get<{ at: string } | undefined>(sql`SELECT observed_at AS at FROM sync_runs
    WHERE status IN ${ACCEPTED_STATUSES} AND observed_at IS NOT NULL ORDER BY observed_at LIMIT 1`)?.at;
  const last = lastAccepted(ledger)?.observedAt;
  return first === undefined || last === undefined ? null : { first, last };
}

/** The instant of the newest accepted list by an instant. */
export function observedBy(ledger: Ledger, at: string): string | null {
  return acceptedAt(ledger, at)?.observedAt ?? null;
}

/** When the run with the newest accepted list ended; null where there was none. */
export function lastGoodFinish({ orm }: Ledger): string | null {
  const run = orm.get<{ at: string } | undefined>(sql`SELECT finished_at AS at FROM sync_runs
    WHERE status IN ${ACCEPTED_STATUSES} AND observed_at IS NOT NULL ORDER BY observed_at DESC, id DESC LIMIT 1`);
  return run?.at ?? null;
}

/** The time between two successive lists. */
export interface Gap {
  readonly from: string;
  readonly to: string;
}

const FEW = 10;

/** The longest gaps of at least a day, longest first. */
export function gapsOf({ orm }: Ledger): Gap[] {
  return orm.all(sql`SELECT before AS "from", observed_at AS "to" FROM (
      SELECT observed_at, lag(observed_at) OVER (ORDER BY observed_at) AS before FROM sync_runs
      WHERE status IN ${ACCEPTED_STATUSES} AND observed_at IS NOT NULL)
    WHERE julianday(observed_at) - julianday(before) >= 1
    ORDER BY julianday(observed_at) - julianday(before) DESC LIMIT ${FEW}`);
}
