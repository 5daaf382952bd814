import { type SQL, sql } from 'drizzle-orm';
import { CHANGE_TYPES } from '../../core/diff/changes.ts';
import { DRIFT_MODELS, DRIFT_SHARE } from '../../core/diff/drift.ts';
import type { Ledger } from '../store/open.ts';
import type { EndpointChange, ReportedChanges } from './observedAnswer.ts';

/**
 * Writes what follows from all events of a sweep together: which are drift, and how many there are of each type.
 * @param sweeps only these; undefined: all
 */
export function settleEvents({ orm }: Ledger, sweeps?: readonly number[]): void {
  const ofThese = (column: SQL): SQL =>
    sweeps === undefined ? sql`1` : sql`${column} IN (SELECT value FROM json_each(${JSON.stringify(sweeps)}))`;
  markDrift(orm, ofThese(sql`sweep_id`));
  const counts = CHANGE_TYPES.map(
    (type) =>
      sql`${sql.identifier(type)} = (SELECT count(*) FROM endpoint_events AS e WHERE e.sweep_id = endpoint_sweeps.id AND e.type = ${type})`,
  );
  orm.run(sql`UPDATE endpoint_sweeps SET ${sql.join(counts, sql`, `)} WHERE ${ofThese(sql`id`)}`);
}

/** Whether a key came to an endpoint, or left it. */
const SHIFTED = sql`type = 'updated' AND (old_value IS NULL OR new_value IS NULL)`;

/**
 * Drift by the rule of the list: a key that came to, or left, at least ten endpoints and half of those that the sweep
 * compared. Endpoints are compared where their model answered and they were served before.
 */
function markDrift(orm: Ledger['orm'], ofThese: SQL): void {
  orm.run(sql`UPDATE endpoint_events SET cause = NULL WHERE cause = 'drift' AND ${ofThese}`);
  orm.run(sql`
    WITH shifts AS (
      SELECT sweep_id AS sweep, field, old_value IS NULL AS came, count(DISTINCT endpoint_id) AS endpoints FROM endpoint_events
        WHERE ${SHIFTED} AND cause IS NULL AND ${ofThese} GROUP BY 1, 2, 3 HAVING count(DISTINCT endpoint_id) >= ${DRIFT_MODELS}),
    compared AS (
      SELECT s.id AS sweep, count(DISTINCT l.endpoint_id) AS endpoints
        FROM endpoint_sweeps AS s, json_each(s.answers) AS a JOIN endpoint_models AS m ON m.number = a.key
          JOIN endpoints AS e ON e.model_id = m.model_id JOIN endpoint_limits AS l ON l.endpoint_id = e.id
        WHERE s.id IN (SELECT sweep FROM shifts) AND a.value > 0 AND l.valid_from < s.started_at
          AND (l.valid_to IS NULL OR l.valid_to >= s.started_at) GROUP BY 1)
    UPDATE endpoint_events SET cause = 'drift' WHERE ${SHIFTED} AND cause IS NULL AND EXISTS (
      SELECT 1 FROM shifts JOIN compared USING (sweep) WHERE shifts.sweep = endpoint_events.sweep_id
        AND shifts.field = endpoint_events.field AND shifts.came = (endpoint_events.old_value IS NULL)
        AND shifts.endpoints >= compared.endpoints * ${DRIFT_SHARE})`);
}

/** The same changes, with the cause `drift` where it was found in the whole sweep. */
export function withDrift({ orm }: Ledger, sweep: number, all: readonly ReportedChanges[]): readonly ReportedChanges[] {
  const rows = orm.all<{ field: string; came: number }>(
    sql`SELECT DISTINCT field, old_value IS NULL AS came FROM endpoint_events WHERE sweep_id = ${sweep} AND cause = 'drift'`,
  );
  if (rows.length === 0) return all;
  const shifts = new Set(rows.map(({ field, came }) => `${came} ${field}`));
  const mark = (change: EndpointChange): EndpointChange => {
    if (!('field' in change) || change.type !== 'updated' || change.cause !== null) return change;
    const isShift = change.before === null || change.after === null;
    const key = `${change.before === null ? 1 : 0} ${change.field}`;
    return isShift && shifts.has(key) ? { ...change, cause: 'drift' } : change;
  };
  return all.map(({ model, changes }) => ({
    model,
    changes: changes.map(({ label, change }) => ({ label, change: mark(change) })),
  }));
}
