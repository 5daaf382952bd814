import { sql } from 'drizzle-orm';
import { check, index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { CAUSES } from '../../../core/diff/causes.ts';
import { SHIFTS } from '../../../core/diff/changes.ts';
import { changeChecks, changeColumns, oneOf } from './columns.ts';
import { ofModel } from './models.ts';
import { byRun } from './runs.ts';

/** Every fact that changed between two accepted snapshots: one row per run, model and field. */
export const changeEvents = sqliteTable(
  'change_events',
  {
    id: integer().primaryKey(),
    runId: byRun(),
    modelId: ofModel(),
    ...changeColumns(CAUSES),
  },
  (t) => [
    index('change_events_run').on(t.runId),
    index('change_events_model').on(t.modelId),
    ...changeChecks('change_events', t, CAUSES),
  ],
);

/** Broken entries of accepted answers; their models keep their last good state. */
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

/** Keys that came, went or changed their type on a large part of the list in one run. */
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
