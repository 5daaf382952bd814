import { and, desc, eq, inArray, isNull, ne, sql } from 'drizzle-orm';
import { CHANGE_TYPES } from '../../core/diff/changes.ts';
import type { Metrics } from '../../core/notification/metrics.ts';
import { countMessages } from '../record/outbox.ts';
import { heldSince, lastAccepted } from '../record/timeline.ts';
import { logOf } from '../store/disk/fileIdentity.ts';
import { bytesIn } from '../store/file.ts';
import type { Ledger } from '../store/open.ts';
import { models } from '../store/schema/models.ts';
import { ACCEPTED_STATUSES, STATUSES, syncRuns } from '../store/schema/runs.ts';

/** Reads the metrics; imports do not count as runs. */
export function readMetrics(ledger: Ledger): Metrics {
  const { orm, file } = ledger;
  const isSync = ne(syncRuns.trigger, 'import');
  const newest = (condition: typeof isSync | undefined) =>
    orm.select().from(syncRuns).where(and(isSync, condition)).orderBy(desc(syncRuns.id)).limit(1).get();
  const last = newest(undefined);
  const head = lastAccepted(ledger);
  const listed = orm.select({ count: sql<number>`count(*)` }).from(models).where(isNull(models.removedAt)).get();
  const total = (column: string) => sql<number>`coalesce(sum(${sql.identifier(column)}), 0)`;
  const events = orm
    .select(Object.fromEntries(CHANGE_TYPES.map((type) => [type, total(type)])))
    .from(syncRuns)
    .where(eq(syncRuns.status, 'changed'))
    .get();
  return {
    lastSuccessAt: newest(inArray(syncRuns.status, ACCEPTED_STATUSES))?.finishedAt ?? null,
    lastRun: last ?? null,
    statuses: STATUSES,
    listed: listed?.count ?? 0,
    events: events ?? {},
    heldRuns: heldSince(ledger, head?.observedAt ?? '').length,
    quarantined: head === undefined ? 0 : quarantinedIn(ledger, head.sha256),
    messages: countMessages(ledger),
    fileBytes: bytesIn(file) + bytesIn(logOf(file)),
  };
}

/** The number of broken entries of the newest accepted list, which the first of the runs with these bytes has. */
function quarantinedIn({ orm }: Ledger, sha256: string): number {
  return orm.get<{ count: number }>(sql`SELECT coalesce(max(quarantined), 0) AS count FROM sync_runs
    WHERE status IN ${ACCEPTED_STATUSES} AND observed_at > coalesce((SELECT max(observed_at) FROM sync_runs
      WHERE status IN ${ACCEPTED_STATUSES} AND body_sha256 <> ${sha256}), '')`).count;
}
