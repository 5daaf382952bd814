import { sql } from 'drizzle-orm';
import { END_OF_TIME } from '../../../core/time/instant.ts';
import type { Ledger } from '../../store/open.ts';
import { isNews } from '../filters.ts';

/** When each model was last added or changed, by an instant (null: ever); read with the first that is asked about. */
export function changedAtOf({ orm }: Ledger, at: string | null): (id: string) => string | null {
  const query = sql`SELECT model_id AS id, max(observed_at) AS changedAt FROM change_events
    WHERE ${isNews(sql`cause`)} AND observed_at <= ${at ?? END_OF_TIME} GROUP BY model_id`;
  let byId: ReadonlyMap<string, string> | undefined;
  return (wanted) => {
    byId ??= new Map(orm.all<{ id: string; changedAt: string }>(query).map(({ id, changedAt }) => [id, changedAt]));
    return byId.get(wanted) ?? null;
  };
}

/** When each model was created according to its newest document, in seconds since 1970. */
export function createdOf({ orm }: Ledger): ReadonlyMap<string, number> {
  const rows = orm.all<{ id: string; createdAt: string }>(
    sql`SELECT id, created_at AS createdAt FROM models WHERE created_at IS NOT NULL`,
  );
  return new Map(rows.map(({ id, createdAt }) => [id, Date.parse(createdAt) / 1000]));
}
