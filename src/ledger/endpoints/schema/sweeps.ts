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

/** What sweeps have learned of endpoints, the truth of all tables about them. All STRICT, instants as elsewhere. */

export const SWEEP_STATUSES = ['complete', 'partial', 'failed'] as const;
/** What a model's answer was: endpoints, none (404 or an empty list), or the model was on the list no more. */
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
    /** Null: under way, or stopped before its end; then the next sweep goes on with it. */
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
    /** Whether whatever it does not speak of was not served then (a recording of all models at one instant). */
    isWhole: integer('is_whole', { mode: 'boolean' }).notNull().default(sql`0`),
    /**
     * When each model answered: a JSON array, at the model's number in `endpoint_models` 1 + the milliseconds since
     * `started_at`; 0 or nothing: it did not.
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

/** Each model ever asked about, by the number that `endpoint_sweeps.answers` knows it by. */
export const endpointModels = sqliteTable(
  'endpoint_models',
  { number: integer().primaryKey(), modelId: text('model_id').notNull() },
  (t) => [uniqueIndex('endpoint_models_model').on(t.modelId)],
);

/** Answers without the values of telemetry keys, each distinct one once: the truth of these tables. */
export const endpointTexts = sqliteTable(
  'endpoint_texts',
  {
    id: integer().primaryKey(),
    sha256: text().notNull(),
    /** Length in bytes. */
    bytes: integer().notNull(),
    /** The text that this one is compressed against; null: it stands by itself. */
    base: integer().references((): AnySQLiteColumn => endpointTexts.id),
    /** How many texts must be read before this one. */
    depth: integer().notNull(),
    /** Raw DEFLATE; with a base, the base's last 32 KiB are its dictionary. */
    data: blob({ mode: 'buffer' }).notNull(),
  },
  (t) => [
    uniqueIndex('endpoint_texts_sha256').on(t.sha256),
    check('endpoint_texts_base', sql`(${t.base} IS NULL) = (${t.depth} = 0) AND ${t.base} IS NOT ${t.id}`),
  ],
);

/** From which sweep on a model gave which answer: a row only where it is another than before. */
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

/** How each endpoint did, only with `--telemetry`; joined to `endpoints` by what both are known by. */
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
    /** 0 is well; upstream's other numbers are below it. */
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
