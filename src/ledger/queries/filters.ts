import { type SQL, sql } from 'drizzle-orm';

const WILD = /[*?[]/;

/** Every condition given, joined by AND. */
export function all(conditions: readonly (SQL | undefined)[]): SQL {
  return sql.join(
    conditions.filter((condition) => condition !== undefined),
    sql` AND `,
  );
}

/** Whether an id fits a glob, in any case; a glob without `/` also fits the part behind it. */
export function matchesModel(id: SQL, glob: string): SQL {
  const wanted = glob.toLowerCase();
  if (!WILD.test(wanted) && wanted.includes('/')) return sql`${id} IN (${glob}, ${wanted})`;
  const whole = sql`lower(${id}) GLOB ${wanted}`;
  return wanted.includes('/') ? whole : sql`(${whole} OR lower(${id}) GLOB ${`*/${wanted}`})`;
}

/** Whether a field fits a glob: whole, without its `[condition]`, or without its `pricing.` */
export function matchesField(field: SQL, glob: string): SQL {
  const bare = sql`substr(${field}, 1, instr(${field} || '[', '[') - 1)`;
  const forms = [field, bare].flatMap((form) =>
    [glob, `pricing.${glob}`].map((wanted) => sql`(${form} = ${wanted} OR ${form} GLOB ${wanted})`),
  );
  return sql`(${sql.join(forms, sql` OR `)})`;
}
