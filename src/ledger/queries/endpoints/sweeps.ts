import { and, type SQL, sql } from 'drizzle-orm';
import { lastWholeSweep } from '../../endpoints/sweeps.ts';
import type { Ledger } from '../../store/open.ts';
import { isAskedFor, isNews } from '../filters.ts';
import type { ListingFilter } from '../listing.ts';

/** Whether there was ever a sweep. */
export function hasEndpoints({ orm }: Ledger): boolean {
  return orm.get(sql`SELECT 1 FROM endpoint_sweeps LIMIT 1`) !== undefined;
}

/** When the first sweep began; null: there was none. */
export function firstSweepAt({ orm }: Ledger): string | null {
  return orm.get<{ at: string | null }>(sql`SELECT min(started_at) AS at FROM endpoint_sweeps`).at;
}

/** The newest sweep over all models, with counts of what is served now and of broken endpoints. */
export function lastSweep(ledger: Ledger) {
  const last = lastWholeSweep(ledger, { withImports: true });
  if (last === undefined) return undefined;
  const { answers: _, isWhole: __, ...sweep } = last;
  const open = ledger.orm.get<{ endpoints: number; models: number; aside: number }>(sql`SELECT
    (SELECT count(*) FROM endpoints WHERE missing_since IS NULL) AS endpoints,
    (SELECT count(DISTINCT model_id) FROM endpoints WHERE missing_since IS NULL) AS models,
    (SELECT count(*) FROM endpoint_quarantine WHERE sweep_id = ${last.id}) AS aside`);
  return { ...sweep, ...open };
}

export type LastSweep = NonNullable<ReturnType<typeof lastSweep>>;

export type EndpointChangeCounts = Readonly<Record<'added' | 'removed' | 'restored' | 'repriced' | 'limits', number>>;

/** Counts changes after one instant, up to another; endpoints of a model's first answer count as no change. */
export function countEndpointChanges(
  ledger: Ledger,
  { from, to }: { readonly from: string; readonly to: string },
  filter: ListingFilter,
): EndpointChangeCounts {
  const conditions = and(
    sql`e.observed_at > ${from} AND e.observed_at <= ${to} AND e.previous_observed_at IS NOT NULL`,
    isNews(sql`e.cause`),
    isAskedFor(ledger, sql`e.model_id`, filter),
  );
  const count = (type: string): SQL => sql`count(DISTINCT CASE WHEN e.type = ${type} THEN e.endpoint_id END)`;
  return ledger.orm.get<EndpointChangeCounts>(sql`SELECT ${count('added')} AS added, ${count('removed')} AS removed,
    ${count('restored')} AS restored, ${count('repriced')} AS repriced, ${count('limits_changed')} AS limits
    FROM endpoint_events AS e WHERE ${conditions}`);
}
