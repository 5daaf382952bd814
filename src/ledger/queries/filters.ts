import { and, type SQL, sql } from 'drizzle-orm';
import { NOISE_CAUSES } from '../../core/diff/causes.ts';
import { modelGlob } from '../../core/format/glob.ts';
import type { Ledger } from '../store/open.ts';

/**
 * SQL for whether an id is one of the models asked for; undefined where all are.
 * @param models patterns of ids, one of which must match; see {@link modelGlob}
 */
export function isAskedFor(
  { orm }: Ledger,
  id: SQL,
  { models, author }: { readonly models?: readonly string[] | undefined; readonly author?: string | undefined },
): SQL | undefined {
  const fits = models?.map(modelGlob);
  const known = fits && orm.all<{ id: string }>(sql`SELECT id FROM models`).map((row) => row.id);
  const fitting = known?.filter((one) => fits?.some((fit) => fit(one)));
  return and(
    fitting && sql`${id} IN (SELECT value FROM json_each(${JSON.stringify(fitting)}))`,
    author === undefined ? undefined : sql`${id} IN (SELECT id FROM models WHERE author = ${author} COLLATE NOCASE)`,
  );
}

/** SQL for whether a change with this cause is news. */
export function isNews(cause: SQL): SQL {
  return sql`(${cause} IS NULL OR ${cause} NOT IN ${NOISE_CAUSES})`;
}

/** Every field that ever changed. */
export function fieldsOf({ orm }: Ledger): string[] {
  const rows = orm.all<{ field: string }>(sql`SELECT DISTINCT field FROM change_events WHERE field IS NOT NULL`);
  return rows.map(({ field }) => field);
}
