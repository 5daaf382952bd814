import { and, type SQL, sql } from 'drizzle-orm';
import { modelGlob } from '../../core/format/glob.ts';
import type { Ledger } from '../store/open.ts';

/** Whether what a row tells of is a model that is asked for; undefined where all are. */
export function isAskedFor(
  ledger: Ledger,
  id: SQL,
  { models, author }: { readonly models?: readonly string[] | undefined; readonly author?: string | undefined },
): SQL | undefined {
  return and(
    models && matchesModel(ledger, id, models),
    author === undefined ? undefined : sql`${id} IN (SELECT id FROM models WHERE author = ${author} COLLATE NOCASE)`,
  );
}

/** Whether an id fits one of some patterns; see {@link modelGlob}. */
export function matchesModel({ orm }: Ledger, id: SQL, patterns: readonly string[]): SQL {
  const ids = orm.all<{ id: string }>(sql`SELECT id FROM models`).map((row) => row.id);
  const fits = patterns.map(modelGlob);
  const fitting = ids.filter((one) => fits.some((fit) => fit(one)));
  return sql`${id} IN (SELECT value FROM json_each(${JSON.stringify(fitting)}))`;
}

/** Every field that ever changed. */
export function fieldsOf({ orm }: Ledger): string[] {
  const rows = orm.all<{ field: string }>(sql`SELECT DISTINCT field FROM change_events WHERE field IS NOT NULL`);
  return rows.map(({ field }) => field);
}
