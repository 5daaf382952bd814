import { sql } from 'drizzle-orm';
import { UsageError } from '../../core/errors.ts';
import { ALL_SCOPE, TEXT_SCOPE } from '../../core/reading/scope.ts';
import type { Ledger } from '../store/open.ts';
import { ACCEPTED_STATUSES, LIST_STATUSES } from '../store/schema/runs.ts';

/** What an import has recorded. */
export interface Imported {
  readonly runs: number;
  readonly from: string | null;
  readonly to: string | null;
  readonly statuses: Readonly<Record<string, number>>;
  /** By type; those with a cause are counted apart: `updated (drift)`. */
  readonly events: Readonly<Record<string, number>>;
  readonly quarantined: number;
  /** The runs whose answer was held or rejected, and why. */
  readonly problems: readonly { readonly observedAt: string; readonly status: string; readonly message: string }[];
}

export const NOTHING_IMPORTED: Imported = {
  runs: 0,
  from: null,
  to: null,
  statuses: {},
  events: {},
  quarantined: 0,
  problems: [],
};

/** The body that an instant already has. */
export interface Occupied {
  readonly isSame: boolean;
  /** The name of the snapshot of this import; undefined where the body was in the file before. */
  readonly name: string | undefined;
}

/** Every instant that has a body, in the file or from this import. */
export class Instants {
  readonly #bodies: Map<string, { readonly sha256: string; readonly name?: string }>;

  constructor({ orm }: Ledger) {
    const rows = orm.all<{ at: string; sha256: string }>(
      sql`SELECT observed_at AS at, body_sha256 AS sha256 FROM sync_runs WHERE body_sha256 IS NOT NULL`,
    );
    this.#bodies = new Map(rows.map(({ at, sha256 }) => [at, { sha256 }]));
  }

  /** Takes an instant if it is free; else returns what it has. */
  take(
    { observedAt, name }: { readonly observedAt: string; readonly name: string },
    sha256: string,
  ): Occupied | undefined {
    const there = this.#bodies.get(observedAt);
    if (there !== undefined) return { isSame: there.sha256 === sha256, name: there.name };
    this.#bodies.set(observedAt, { sha256, name });
    return undefined;
  }
}

/** How many lists were observed at an instant or later: those are replayed when an older one is inserted. */
export function tailLength({ orm }: Ledger, observedAt: string): number {
  return orm.get<{ n: number }>(sql`SELECT count(*) AS n FROM sync_runs
    WHERE observed_at >= ${observedAt} AND status IN ${LIST_STATUSES}`).n;
}

interface ScopeSpan {
  readonly scope: string;
  /** The instant of its first accepted list; null where all are held. */
  readonly first: string | null;
  /** The newest instant at which this program itself got such a list, held or not; null for imports. */
  readonly lastLive: string | null;
}

/** The scopes of the ledger's lists, oldest first. */
function scopesOf({ orm }: Ledger): ScopeSpan[] {
  return orm.all<ScopeSpan>(sql`SELECT scope,
    min(CASE WHEN status IN ${ACCEPTED_STATUSES} THEN observed_at END) AS first,
    max(CASE WHEN "trigger" <> 'import' THEN observed_at END) AS lastLive FROM sync_runs
    WHERE status IN ${LIST_STATUSES} GROUP BY scope ORDER BY first`);
}

/** What an import has recorded, by the id of its first run. */
export function summarizeImport({ orm }: Ledger, firstRun: number): Imported {
  const span = orm.get<{ runs: number; from: string | null; to: string | null; quarantined: number }>(
    sql`SELECT count(*) AS runs, min(observed_at) AS "from", max(observed_at) AS "to",
      coalesce(sum(quarantined), 0) AS quarantined FROM sync_runs WHERE id >= ${firstRun}`,
  );
  const statuses = orm.all<{ name: string; n: number }>(
    sql`SELECT status AS name, count(*) AS n FROM sync_runs WHERE id >= ${firstRun} GROUP BY status`,
  );
  const events = orm.all<{ name: string; n: number }>(
    sql`SELECT type || coalesce(' (' || cause || ')', '') AS name, count(*) AS n FROM change_events
      WHERE run_id >= ${firstRun} GROUP BY 1 ORDER BY 1`,
  );
  const problems = orm.all<Imported['problems'][number]>(
    sql`SELECT observed_at AS observedAt, status, error_message AS message FROM sync_runs
      WHERE id >= ${firstRun} AND status IN ('held', 'rejected') ORDER BY observed_at`,
  );
  const counts = (rows: { name: string; n: number }[]) => Object.fromEntries(rows.map(({ name, n }) => [name, n]));
  return { ...span, statuses: counts(statuses), events: counts(events), problems };
}

/** The scopes that a ledger may change between. */
const WIDENING = [TEXT_SCOPE, ALL_SCOPE];

/**
 * The snapshots that do not narrow the scope of the ledger at their instant.
 * @throws UsageError when the ledger is about another list
 */
export function fitScope<T extends { readonly observedAt: string }>(
  ledger: Ledger,
  versions: readonly T[],
  scope: string,
): readonly T[] {
  const known = scopesOf(ledger);
  const others = known.filter((span) => span.scope !== scope);
  const foreign = others.find((span) => !WIDENING.includes(span.scope));
  if (foreign !== undefined || (others.length > 0 && !WIDENING.includes(scope))) {
    const message = `The data file is about the list ${(foreign ?? others[0])?.scope}, these snapshots cover ${scope}`;
    throw new UsageError('other_scope', `${message}; nothing was imported.`, {
      hint: 'Name what they cover with --scope, or import them into a file of their own with --db FILE.',
    });
  }
  const widened = known.find((other) => other.scope === ALL_SCOPE)?.first;
  if (scope === TEXT_SCOPE && widened) return versions.filter((v) => v.observedAt < widened);
  const lastLive = known.find((other) => other.scope === TEXT_SCOPE)?.lastLive;
  return scope === ALL_SCOPE && lastLive ? versions.filter((v) => v.observedAt > lastLive) : versions;
}
