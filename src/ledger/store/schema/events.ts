import { sql } from 'drizzle-orm';
import { check, index, integer, real, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { CAUSES, CHANGE_TYPES, LIFECYCLE_TYPES, SHIFTS } from '../../../core/diff/changes.ts';
import { isChange, isInstant, oneOf } from './columns.ts';
import { ofModel } from './models.ts';
import { byRun } from './runs.ts';

/** What a run observed: changes, and what could not be believed or was shaped otherwise than before. */

/** Every fact that changed between two accepted snapshots: one row per run, model and field. */
export const changeEvents = sqliteTable(
  'change_events',
  {
    id: integer().primaryKey(),
    runId: byRun(),
    modelId: ofModel(),
    type: text({ enum: CHANGE_TYPES }).notNull(),
    field: text(),
    oldValue: text('old_value'),
    newValue: text('new_value'),
    cause: text({ enum: CAUSES }),
    /** Percent; prices only. */
    changePct: real('change_pct'),
    /** It happened in the interval (previous_observed_at, observed_at]. */
    observedAt: text('observed_at').notNull(),
    /** Null: the first run, or a newcomer of the run that widened the scope. */
    previousObservedAt: text('previous_observed_at'),
  },
  (t) => [
    index('change_events_run').on(t.runId),
    index('change_events_model').on(t.modelId),
    check('change_events_type', oneOf(t.type, CHANGE_TYPES)),
    check('change_events_cause', sql`${t.cause} IS NULL OR ${oneOf(t.cause, CAUSES)}`),
    check('change_events_field', sql`(${t.field} IS NULL) = (${oneOf(t.type, LIFECYCLE_TYPES)})`),
    check('change_events_values', isChange(t)),
    check('change_events_observed_at', isInstant(t.observedAt)),
    check('change_events_order', sql`${t.previousObservedAt} IS NULL OR ${t.previousObservedAt} < ${t.observedAt}`),
  ],
);

/** Entries of accepted answers that could not be believed; their models keep their last good state. */
export const quarantine = sqliteTable(
  'quarantine',
  {
    id: integer().primaryKey(),
    runId: byRun(),
    /** Index in the list, from 0. */
    position: integer().notNull(),
    modelId: text('model_id'),
    /** JSON: `[{"path","reason"}]`. */
    issues: text().notNull(),
    document: text().notNull(),
  },
  (t) => [check('quarantine_issues', sql`json_valid(${t.issues})`)],
);

/** Keys that came to, left, or changed their type on a large part of the list in one run. */
export const schemaDrift = sqliteTable(
  'schema_drift',
  {
    id: integer().primaryKey(),
    runId: byRun(),
    keyPath: text('key_path').notNull(),
    kind: text({ enum: SHIFTS }).notNull(),
    /** On how many models, of how many in both snapshots. */
    models: integer().notNull(),
    compared: integer().notNull(),
    observedAt: text('observed_at').notNull(),
  },
  (t) => [
    check('schema_drift_kind', oneOf(t.kind, SHIFTS)),
    check('schema_drift_models', sql`${t.models} BETWEEN 1 AND ${t.compared}`),
  ],
);
