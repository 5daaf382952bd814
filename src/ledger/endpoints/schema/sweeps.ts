import { sql } from 'drizzle-orm';
import {
  type AnySQLiteColumn,
  blob,
  check,
  index,
  integer,
  real,
  sqliteTable,
  text,
  uniqueIndex,
} from 'drizzle-orm/sqlite-core';
import { changeCounts, counter, isInstant, oneOf, refersTo } from '../../store/schema/columns.ts';
import { TRIGGERS } from '../../store/schema/runs.ts';

export const SWEEP_STATUSES = ['complete', 'partial', 'failed'] as const;
/** The kind of a model's answer: endpoints; none (404 or an empty list); or that it is no longer listed. */
export const ANSWER_KINDS = ['endpoints', 'none', 'unlisted'] as const;

/** Every sweep over the models, and every import of saved answers. */
export const endpointSweeps = sqliteTable(
  'endpoint_sweeps',
  {
    id: integer().primaryKey(),
    trigger: text({ enum: TRIGGERS }).notNull(),
    /** The list's URL without credentials, or `file:<name>`. */
    source: text().notNull(),
    startedAt: text('started_at').notNull(),
    /** Null: under way, or stopped before its end, and then to be resumed. */
    finishedAt: text('finished_at'),
    status: text({ enum: SWEEP_STATUSES }).notNull(),
    modelsAsked: counter('models_asked'),
    modelsAnswered: counter('models_answered'),
    /** Of those that answered: without endpoints now. */
    modelsWithout: counter('models_without'),
    modelsFailed: counter('models_failed'),
    endpointsSeen: counter('endpoints_seen'),
    requests: counter('requests'),
    ...changeCounts(),
    errorCode: text('error_code'),
    errorMessage: text('error_message'),
    /** The pattern that narrowed it; null: all models. */
    narrowedTo: text('narrowed_to'),
    /** Whether models without an answer were not served then (a recording of all models at one instant). */
    isWhole: integer('is_whole', { mode: 'boolean' }).notNull().default(sql`0`),
    /**
     * When each model answered: a JSON array with, at the index of the model's number in `endpoint_models`, 1 + the
     * milliseconds since `started_at`; 0 or nothing where it did not.
     */
    answers: text().notNull().default('[]'),
  },
  (t) => [
    index('endpoint_sweeps_started').on(t.startedAt),
    check('endpoint_sweeps_trigger', oneOf(t.trigger, TRIGGERS)),
    check('endpoint_sweeps_status', oneOf(t.status, SWEEP_STATUSES)),
    check(
      'endpoint_sweeps_instants',
      sql`${isInstant(t.startedAt)} AND (${t.finishedAt} IS NULL OR (${isInstant(t.finishedAt)} AND ${t.startedAt} <= ${t.finishedAt}))`,
    ),
    check('endpoint_sweeps_end', sql`${t.finishedAt} IS NOT NULL OR ${t.status} = 'partial'`),
    check('endpoint_sweeps_whole', sql`${t.isWhole} IN (0, 1)`),
    check('endpoint_sweeps_answers', sql`json_valid(${t.answers})`),
  ],
);

/** The sweep that a row comes from. */
export const bySweep = () => refersTo('sweep_id', () => endpointSweeps.id);

/** The numbers of models in `endpoint_sweeps.answers`. */
export const endpointModels = sqliteTable(
  'endpoint_models',
  { number: integer().primaryKey(), modelId: text('model_id').notNull() },
  (t) => [uniqueIndex('endpoint_models_model').on(t.modelId)],
);

/** Distinct answers, without the values of telemetry keys, from which the tables about endpoints are made. */
export const endpointTexts = sqliteTable(
  'endpoint_texts',
  {
    id: integer().primaryKey(),
    sha256: text().notNull(),
    /** Length in bytes. */
    bytes: integer().notNull(),
    /** The text that this one is compressed against; null: it stands by itself. */
    base: integer().references((): AnySQLiteColumn => endpointTexts.id),
    /** How many texts have to be read before this one. */
    depth: integer().notNull(),
    /** Raw DEFLATE, with the last 32 KiB of the base as its dictionary; see `texts.ts`. */
    data: blob({ mode: 'buffer' }).notNull(),
  },
  (t) => [
    uniqueIndex('endpoint_texts_sha256').on(t.sha256),
    check('endpoint_texts_base', sql`(${t.base} IS NULL) = (${t.depth} = 0) AND ${t.base} IS NOT ${t.id}`),
  ],
);

/** From which sweep on a model gave which answer: a row only where it differs from the one before. */
export const endpointAnswers = sqliteTable(
  'endpoint_answers',
  {
    id: integer().primaryKey(),
    sweepId: bySweep(),
    modelId: text('model_id')
      .notNull()
      .references(() => endpointModels.modelId),
    kind: text({ enum: ANSWER_KINDS }).notNull(),
    textId: integer('text_id').references(() => endpointTexts.id),
  },
  (t) => [
    uniqueIndex('endpoint_answers_sweep').on(t.sweepId, t.modelId),
    index('endpoint_answers_model').on(t.modelId),
    check('endpoint_answers_kind', oneOf(t.kind, ANSWER_KINDS)),
    check('endpoint_answers_text', sql`(${t.textId} IS NOT NULL) = (${t.kind} = 'endpoints')`),
  ],
);

/** Measurements of each endpoint, only with `--telemetry`; joined to `endpoints` by their common columns. */
export const endpointTelemetry = sqliteTable(
  'endpoint_telemetry',
  {
    id: integer().primaryKey(),
    sweepId: bySweep(),
    modelId: text('model_id').notNull(),
    provider: text().notNull(),
    tag: text().notNull(),
    quantization: text(),
    twin: integer().notNull(),
    observedAt: text('observed_at').notNull(),
    /** 0: all is well; upstream's other values are negative. */
    status: integer(),
    /** Percent. */
    uptimeLast5m: real('uptime_last_5m'),
    uptimeLast30m: real('uptime_last_30m'),
    uptimeLast1d: real('uptime_last_1d'),
  },
  (t) => [
    index('endpoint_telemetry_sweep').on(t.sweepId),
    check('endpoint_telemetry_observed_at', isInstant(t.observedAt)),
  ],
);
