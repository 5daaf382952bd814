import { sql } from 'drizzle-orm';
import { type AnySQLiteColumn, check, index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import { ENDPOINT_CAUSES } from '../../../core/endpoints/compare.ts';
import { changeChecks, changeColumns, isInstant, refersTo } from '../../store/schema/columns.ts';
import { bySweep } from './sweeps.ts';

/** One row for each endpoint ever seen. */
export const endpoints = sqliteTable(
  'endpoints',
  {
    id: integer().primaryKey(),
    modelId: text('model_id').notNull(),
    provider: text().notNull(),
    tag: text().notNull(),
    quantization: text(),
    /** The ordinal among endpoints with the same model, provider, tag and quantization, from 0. */
    twin: integer().notNull(),
    firstSeenAt: text('first_seen_at').notNull(),
    /** Null while it is in the model's newest answer. */
    lastSeenAt: text('last_seen_at'),
    /** When it was first missing from an answer; null while it is in the newest. */
    missingSince: text('missing_since'),
    /** The same, once a second answer has confirmed that it is gone, or once it continues under another label. */
    removedAt: text('removed_at'),
    /** The endpoint that it was before its provider, tag or quantization was renamed. */
    continues: integer().references((): AnySQLiteColumn => endpoints.id),
    /** The newest one, without telemetry. */
    document: text().notNull(),
  },
  (t) => [
    uniqueIndex('endpoints_label').on(t.modelId, t.provider, t.tag, t.quantization, t.twin),
    // In an index no two NULLs are equal.
    uniqueIndex('endpoints_label_unquantized')
      .on(t.modelId, t.provider, t.tag, t.twin)
      .where(sql`${t.quantization} IS NULL`),
    check('endpoints_first_seen_at', isInstant(t.firstSeenAt)),
    check('endpoints_missing', sql`(${t.lastSeenAt} IS NULL) = (${t.missingSince} IS NULL)`),
    check('endpoints_removed', sql`${t.removedAt} IS NULL OR ${t.removedAt} = ${t.missingSince}`),
    check(
      'endpoints_life',
      sql`${t.lastSeenAt} IS NULL OR (${t.firstSeenAt} <= ${t.lastSeenAt} AND ${t.lastSeenAt} < ${t.missingSince})`,
    ),
    check('endpoints_twin', sql`${t.twin} >= 0`),
    check('endpoints_document', sql`json_valid(${t.document})`),
  ],
);

/** The endpoint that a row is about. */
export const ofEndpoint = () => refersTo('endpoint_id', () => endpoints.id);

/** Every fact about an endpoint that changed between two answers of its model. */
export const endpointEvents = sqliteTable(
  'endpoint_events',
  {
    id: integer().primaryKey(),
    sweepId: bySweep(),
    endpointId: ofEndpoint(),
    modelId: text('model_id').notNull(),
    ...changeColumns(ENDPOINT_CAUSES),
  },
  (t) => [
    index('endpoint_events_sweep').on(t.sweepId),
    index('endpoint_events_model').on(t.modelId),
    index('endpoint_events_endpoint').on(t.endpointId),
    ...changeChecks('endpoint_events', t, ENDPOINT_CAUSES),
  ],
);

/** Broken endpoints of usable answers; they keep their last good state. */
export const endpointQuarantine = sqliteTable(
  'endpoint_quarantine',
  {
    id: integer().primaryKey(),
    sweepId: bySweep(),
    modelId: text('model_id').notNull(),
    /** Index in the answer, from 0. */
    position: integer().notNull(),
    /** JSON: `[{"path","reason"}]`. */
    issues: text().notNull(),
    /** Without telemetry. */
    document: text().notNull(),
  },
  (t) => [check('endpoint_quarantine_issues', sql`json_valid(${t.issues})`)],
);
