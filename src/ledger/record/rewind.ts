import { sql } from 'drizzle-orm';
import { LIFECYCLE_TYPES } from '../../core/diff/changes.ts';
import { readModelList } from '../../core/reading/list.ts';
import type { Entry } from '../../core/reading/model.ts';
import type { Archive } from '../archive/archive.ts';
import type { Ledger } from '../store/open.ts';
import { type ModelLifecycle, ModelRows } from './modelRows.ts';
import { lastAccepted } from './timeline.ts';

/**
 * Takes back the effect of all lists from an instant on, so that they can be replayed. Runs and bodies stay. This takes
 * time in proportion to those lists, not to the whole past.
 */
export function rewind(ledger: Ledger, archive: Archive, from: string): void {
  const { orm } = ledger;
  const rows = orm.all<{ id: string }>(sql`SELECT DISTINCT model_id AS id FROM change_events
    WHERE observed_at >= ${from} AND type IN ${LIFECYCLE_TYPES}`);
  const touched = rows.map(({ id }) => id);
  const later = sql`(SELECT id FROM sync_runs WHERE observed_at >= ${from})`;
  orm.run(sql`DELETE FROM change_events WHERE observed_at >= ${from}`);
  orm.run(sql`DELETE FROM schema_drift WHERE observed_at >= ${from}`);
  orm.run(sql`DELETE FROM quarantine WHERE run_id IN ${later}`);
  for (const table of [sql`pricing_history`, sql`provider_limits`]) {
    orm.run(sql`DELETE FROM ${table} WHERE valid_from >= ${from}`);
    orm.run(sql`UPDATE ${table} SET valid_to = NULL, closed_by = NULL WHERE valid_to >= ${from}`);
  }
  orm.run(sql`DELETE FROM models WHERE first_seen_at >= ${from}`);
  // Whether a model is listed follows from its last remaining lifecycle event.
  orm.run(sql`UPDATE models SET (removed_at, last_seen_at) = (
      SELECT iif(type = 'removed', observed_at, NULL), iif(type = 'removed', previous_observed_at, NULL) FROM change_events
        WHERE model_id = models.id AND type IN ${LIFECYCLE_TYPES} ORDER BY observed_at DESC LIMIT 1)
    WHERE id IN (SELECT value FROM json_each(${JSON.stringify(touched)}))`);
  restoreDocuments(ledger, archive, from, touched);
}

/** Gives listed models their document of the newest remaining list, and removed ones their last one. */
function restoreDocuments(ledger: Ledger, archive: Archive, from: string, touched: readonly string[]): void {
  const head = lastAccepted(ledger, from);
  if (head === undefined) return;
  const modelList = readModelList(archive.get(head.sha256));
  const modelRows = new ModelRows(ledger);
  const rows = ledger.orm.all<{ id: string } & ModelLifecycle>(
    sql`SELECT id, first_seen_at AS firstSeenAt, last_seen_at AS lastSeenAt, removed_at AS removedAt FROM models`,
  );
  for (const row of rows) {
    const isListed = row.removedAt === null;
    if (!isListed && !touched.includes(row.id)) continue;
    const current = isListed ? modelList.models.get(row.id) : undefined;
    const entry = current ?? lastGood(ledger, archive, row.id, isListed ? from : row.removedAt);
    modelRows.put(row.id, entry, row);
  }
}

/** The newest good entry of a model before an instant. */
function lastGood(ledger: Ledger, archive: Archive, id: string, before: string): Entry {
  let run = lastAccepted(ledger, before);
  while (run !== undefined) {
    const entry = readModelList(archive.get(run.sha256)).models.get(id);
    if (entry !== undefined) return entry;
    run = lastAccepted(ledger, run.observedAt);
  }
  throw new TypeError(`${id} is in no accepted list before ${before}`);
}
