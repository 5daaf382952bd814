import { sql } from 'drizzle-orm';
import type { Ledger } from '../../store/open.ts';

/** When each model was created by any of its documents, in seconds since 1970. */
export function createdOf({ orm }: Ledger): ReadonlyMap<string, number> {
  const rows = orm.all<{ id: string; createdAt: string }>(
    sql`SELECT id, created_at AS createdAt FROM models WHERE created_at IS NOT NULL`,
  );
  return new Map(rows.map(({ id, createdAt }) => [id, Date.parse(createdAt) / 1000]));
}
