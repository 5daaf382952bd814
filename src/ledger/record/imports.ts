import { sql } from 'drizzle-orm';
import type { Ledger } from '../store/open.ts';
import { ACCEPTED_STATUSES, LIST_STATUSES } from '../store/schema.ts';

/** What an import asks of the ledger, and what it has made of it. */
export interface Imported {
  readonly runs: number;
  readonly from: string | null;
  readonly to: string | null;
  readonly statuses: Readonly<Record<string, number>>;
  /** By type, those with a cause apart: `updated (drift)`. */
  readonly events: Readonly<Record<string, number>>;
  readonly quarantined: number;
  /** Those whose answer was not applied, and why. */
  readonly problems: readonly { readonly observedAt: string; readonly status: string; readonly message: string }[];
}

export const NOTHING_IMPORTED: Imported = {
  ...{ runs: 0, from: null, to: null, statuses: {}, events: {}, quarantined: 0, problems: [] },
};

export function lastRunId({ orm }: Ledger): number {
  return orm.get<{ id: number }>(sql`SELECT coalesce(max(id), 0) AS id FROM sync_runs`).id;
}

/** Every instant at which there is a body, with its hash. */
export function knownBodies({ orm }: Ledger): Map<string, string> {
  const rows = orm.all<{ at: string; sha256: string }>(
    sql`SELECT observed_at AS at, body_sha256 AS sha256 FROM sync_runs WHERE body_sha256 IS NOT NULL`,
  );
  return new Map(rows.map(({ at, sha256 }) => [at, sha256]));
}

/** How many lists stand at or after an instant: so many are told anew when an older one is put before them. */
export function tailLength({ orm }: Ledger, observedAt: string): number {
  return orm.get<{ n: number }>(sql`SELECT count(*) AS n FROM sync_runs
    WHERE observed_at >= ${observedAt} AND status IN ${LIST_STATUSES}`).n;
}

interface ScopeSpan {
  readonly scope: string;
  readonly first: string;
  /** The newest instant at which this program itself asked for that list; null for imports. */
  readonly lastLive: string | null;
}

/** What the ledger's lists cover. */
export function scopesOf({ orm }: Ledger): ScopeSpan[] {
  return orm.all<ScopeSpan>(sql`SELECT scope, min(observed_at) AS first,
    max(CASE WHEN "trigger" <> 'import' THEN observed_at END) AS lastLive FROM sync_runs
    WHERE status IN ${ACCEPTED_STATUSES} GROUP BY scope ORDER BY first`);
}

/** What the runs after one made. */
export function summarize({ orm }: Ledger, afterRun: number): Imported {
  const span = orm.get<{ runs: number; from: string | null; to: string | null; quarantined: number }>(
    sql`SELECT count(*) AS runs, min(observed_at) AS "from", max(observed_at) AS "to",
      coalesce(sum(quarantined), 0) AS quarantined FROM sync_runs WHERE id > ${afterRun}`,
  );
  const statuses = orm.all<{ name: string; n: number }>(
    sql`SELECT status AS name, count(*) AS n FROM sync_runs WHERE id > ${afterRun} GROUP BY status`,
  );
  const events = orm.all<{ name: string; n: number }>(
    sql`SELECT type || coalesce(' (' || cause || ')', '') AS name, count(*) AS n FROM change_events
      WHERE run_id > ${afterRun} GROUP BY 1 ORDER BY 1`,
  );
  const problems = orm.all<Imported['problems'][number]>(
    sql`SELECT observed_at AS observedAt, status, error_message AS message FROM sync_runs
      WHERE id > ${afterRun} AND status IN ('held', 'rejected') ORDER BY observed_at`,
  );
  const counts = (rows: { name: string; n: number }[]) => Object.fromEntries(rows.map(({ name, n }) => [name, n]));
  return { ...span, statuses: counts(statuses), events: counts(events), problems };
}
