import { sql } from 'drizzle-orm';
// biome-ignore lint/suspicious/noDeprecatedImports: another way to call primaryKey is what is deprecated
import { check, index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { changeCounts, counter, isInstant, oneOf, refersTo } from './columns.ts';

export const TRIGGERS = ['manual', 'cron', 'daemon', 'import'] as const;
/** The answer was a list, and was believed. */
export const ACCEPTED_STATUSES = ['changed', 'unchanged'] as const;
export function isAcceptedStatus(status: string): boolean {
  return ACCEPTED_STATUSES.some((accepted) => accepted === status);
}

/** The answer was a list: what the tables are made from, in the order of time. */
export const LIST_STATUSES = [...ACCEPTED_STATUSES, 'held'] as const;
export const STATUSES = [...LIST_STATUSES, 'rejected', 'failed'] as const;

/** The counts of a run, which are zero until its list has been compared. */
export const COUNTS = ['added', 'removed', 'restored', 'repriced', 'limitsChanged', 'updated', 'quarantined'] as const;

/** Every attempt to sync and every imported snapshot, also those that failed. */
export const syncRuns = sqliteTable(
  'sync_runs',
  {
    id: integer().primaryKey(),
    trigger: text({ enum: TRIGGERS }).notNull(),
    /** The URL without credentials, `git:<path>` or `file:<name>`. */
    source: text().notNull(),
    /** What the list covers, `output_modalities=all`. */
    scope: text().notNull(),
    startedAt: text('started_at').notNull(),
    finishedAt: text('finished_at').notNull(),
    /** When the answer had arrived; the snapshot's own time for an import; null when none came. */
    observedAt: text('observed_at'),
    status: text({ enum: STATUSES }).notNull(),
    attempts: integer().notNull(),
    httpStatus: integer('http_status'),
    etag: text(),
    bodySha256: text('body_sha256'),
    bodyBytes: integer('body_bytes'),
    modelCount: integer('model_count'),
    ...changeCounts(),
    quarantined: counter('quarantined'),
    errorCode: text('error_code'),
    errorMessage: text('error_message'),
    /** A checksum of the other columns and of the id before: see `seals.ts`. */
    seal: text(),
  },
  (t) => [
    index('sync_runs_observed').on(t.observedAt),
    check('sync_runs_trigger', oneOf(t.trigger, TRIGGERS)),
    check('sync_runs_status', oneOf(t.status, STATUSES)),
    check('sync_runs_observed_at', sql`${t.observedAt} IS NULL OR ${isInstant(t.observedAt)}`),
    check(
      'sync_runs_body',
      sql`${t.status} = 'failed' OR (${t.observedAt} IS NOT NULL AND coalesce(length(${t.bodySha256}), 0) = 64 AND coalesce(${t.bodyBytes}, -1) >= 0)`,
    ),
    check('sync_runs_error', sql`${oneOf(t.status, ACCEPTED_STATUSES)} OR ${t.errorCode} IS NOT NULL`),
  ],
);

/** The run that a row comes from. */
export const byRun = () => refersTo('run_id', () => syncRuns.id);

/** Runs whose answer a person accepted with `sync --accept`. */
export const acceptances = sqliteTable('acceptances', {
  runId: integer('run_id')
    .primaryKey()
    .references(() => syncRuns.id),
});

/** Checksums of rows of other tables that cannot be made from the archive; see `seals.ts`. */
export const seals = sqliteTable(
  'seals',
  {
    tableName: text('table_name').notNull(),
    /** The primary key of the row. */
    rowKey: integer('row_key').notNull(),
    seal: text().notNull(),
  },
  (t) => [primaryKey({ columns: [t.tableName, t.rowKey] })],
);
