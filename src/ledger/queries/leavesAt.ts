import { sql } from 'drizzle-orm';
import { getOrMake } from '../../core/collections.ts';
import type { Ledger } from '../store/open.ts';
import { LEAVES } from '../store/schema/models.ts';

type EarlierValues = ReadonlyMap<string, string | null>;

/**
 * The values that leaves with columns of their own had at an instant if they have changed since, by model and field:
 * the value before the first later change; null where the leaf was absent.
 * @param only this one; by default all models
 */
export function leavesAt({ orm }: Ledger, at: string, only?: string): ReadonlyMap<string, EarlierValues> {
  const source =
    only === undefined
      ? sql`sync_runs AS r CROSS JOIN change_events AS e ON e.run_id = r.id
          WHERE r.status = 'changed' AND r.observed_at > ${at}`
      : sql`change_events AS e WHERE e.model_id = ${only} AND e.observed_at > ${at}`;
  const rows = orm.all<{ model: string; field: string; before: string | null }>(
    sql`SELECT e.model_id AS model, e.field, e.old_value AS before FROM ${source} AND e.field IN ${Object.values(LEAVES)}
      ORDER BY e.observed_at DESC`,
  );
  const byModel = new Map<string, Map<string, string | null>>();
  for (const { model, field, before } of rows) getOrMake(byModel, model, () => new Map()).set(field, before);
  return byModel;
}

/** A row about a model with the values that its leaves had then. */
export function withLeaves<Row extends object>(row: Row, leaves: EarlierValues | undefined): Row {
  const changed = Object.entries(LEAVES).filter(([key, leaf]) => key in row && leaves?.has(leaf));
  return { ...row, ...Object.fromEntries(changed.map(([key, leaf]) => [key, leaves?.get(leaf)])) };
}
