import { type SQL, sql } from 'drizzle-orm';
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
import { CHANGE_TYPES } from '../../core/diff/changes.ts';
import { ENDPOINT_CAUSES } from '../../core/endpoints/compare.ts';
import { isInstant, oneOf, TRIGGERS } from '../store/schema.ts';

/** The tables about endpoints: who serves a model, at what price, with what limits. All STRICT, instants as elsewhere. */

export const SWEEP_STATUSES = ['complete', 'partial', 'failed'] as const;
/** What a model's answer was: endpoints, none (404 or an empty list), or the model was on the list no more. */
export const ANSWER_KINDS = ['endpoints', 'none', 'unlisted'] as const;

const counter = (name: string) => integer(name).notNull().default(0);

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
    added: counter('added'),
    removed: counter('removed'),
    restored: counter('restored'),
    repriced: counter('repriced'),
    limitsChanged: counter('limits_changed'),
    updated: counter('updated'),
    errorCode: text('error_code'),
    errorMessage: text('error_message'),
    /** The pattern that narrowed it; null: all models. */
    narrowedTo: text('narrowed_to'),
    /** 1: whatever it does not speak of was not served then (a recording of all models at one instant). */
    isWhole: counter('is_whole'),
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

const bySweep = () =>
  integer('sweep_id')
    .notNull()
    .references(() => endpointSweeps.id);

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

/** One row for each endpoint ever seen. */
export const endpoints = sqliteTable(
  'endpoints',
  {
    id: integer().primaryKey(),
    modelId: text('model_id').notNull(),
    provider: text().notNull(),
    tag: text().notNull(),
    quantization: text(),
    /** The ordinal among those that share all of the above, from 0. */
    twin: integer().notNull(),
    firstSeenAt: text('first_seen_at').notNull(),
    /** Null while it is in the model's newest answer. */
    lastSeenAt: text('last_seen_at'),
    /** The first answer without it; null while it is in the newest. */
    missingSince: text('missing_since'),
    /** The same, once a second answer without it has confirmed that it is gone, or it goes on under another label. */
    removedAt: text('removed_at'),
    /** The endpoint whose provider, tag or quantization was named anew, which made it this one. */
    continues: integer().references((): AnySQLiteColumn => endpoints.id),
    /** Its newest, without telemetry. */
    document: text().notNull(),
  },
  (t) => [
    uniqueIndex('endpoints_label').on(t.modelId, t.provider, t.tag, t.quantization, t.twin),
    // To an index, no two NULLs are the same.
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

const ofEndpoint = () =>
  integer('endpoint_id')
    .notNull()
    .references(() => endpoints.id);

const interval = () => ({
  validFrom: text('valid_from').notNull(),
  /** Null: in force. */
  validTo: text('valid_to'),
  openedBy: integer('opened_by')
    .notNull()
    .references(() => endpointSweeps.id),
  closedBy: integer('closed_by').references(() => endpointSweeps.id),
});

const isInterval = (t: Record<'validFrom' | 'validTo' | 'closedBy', AnySQLiteColumn>): SQL =>
  sql`${isInstant(t.validFrom)} AND (${t.validTo} IS NULL OR (${isInstant(t.validTo)} AND ${t.validFrom} < ${t.validTo})) AND (${t.validTo} IS NULL) = (${t.closedBy} IS NULL)`;

/** What each component cost at each endpoint, and when: half-open intervals that never overlap. */
export const endpointPrices = sqliteTable(
  'endpoint_prices',
  {
    id: integer().primaryKey(),
    endpointId: ofEndpoint(),
    component: text().notNull(),
    condition: text().notNull(),
    /** Exact decimal USD per unit, net of `discount`, which SQL compares as text; null when dynamic. */
    price: text(),
    /** The same as a number, to compare, sort and calculate with; rounded to what a double can hold. */
    priceUsd: real('price_usd').generatedAlwaysAs(sql`(CAST(price AS REAL))`, { mode: 'virtual' }),
    dynamic: integer().notNull(),
    ...interval(),
  },
  (t) => [
    index('endpoint_prices_key').on(t.endpointId, t.component, t.condition, t.validFrom),
    check('endpoint_prices_interval', isInterval(t)),
    check('endpoint_prices_dynamic', sql`${t.dynamic} IN (0, 1) AND (${t.price} IS NULL) = (${t.dynamic} = 1)`),
    check(
      'endpoint_prices_price',
      sql`${t.price} IS NULL OR (${t.price} GLOB '[0-9]*' AND ${t.price} NOT GLOB '*[^0-9.]*')`,
    ),
  ],
);

/** Each endpoint's limits in tokens, and when: half-open intervals that never overlap. */
export const endpointLimits = sqliteTable(
  'endpoint_limits',
  {
    id: integer().primaryKey(),
    endpointId: ofEndpoint(),
    contextLength: integer('context_length'),
    maxPromptTokens: integer('max_prompt_tokens'),
    maxCompletionTokens: integer('max_completion_tokens'),
    ...interval(),
  },
  (t) => [index('endpoint_limits_key').on(t.endpointId, t.validFrom), check('endpoint_limits_interval', isInterval(t))],
);

/** Every fact about an endpoint that changed between two answers of its model. */
export const endpointEvents = sqliteTable(
  'endpoint_events',
  {
    id: integer().primaryKey(),
    sweepId: bySweep(),
    endpointId: ofEndpoint(),
    modelId: text('model_id').notNull(),
    type: text({ enum: CHANGE_TYPES }).notNull(),
    field: text(),
    oldValue: text('old_value'),
    newValue: text('new_value'),
    cause: text({ enum: ENDPOINT_CAUSES }),
    /** Percent; prices only. */
    changePct: real('change_pct'),
    /** It happened in the interval (previous_observed_at, observed_at]. */
    observedAt: text('observed_at').notNull(),
    /** Null: the model's first answer. */
    previousObservedAt: text('previous_observed_at'),
  },
  (t) => [
    index('endpoint_events_sweep').on(t.sweepId),
    index('endpoint_events_model').on(t.modelId),
    index('endpoint_events_endpoint').on(t.endpointId),
    check('endpoint_events_type', oneOf(t.type, CHANGE_TYPES)),
    check('endpoint_events_cause', sql`${t.cause} IS NULL OR ${oneOf(t.cause, ENDPOINT_CAUSES)}`),
    check('endpoint_events_field', sql`(${t.field} IS NULL) = (${t.type} IN ('added', 'removed', 'restored'))`),
    check(
      'endpoint_events_values',
      sql`(${t.field} IS NULL AND ${t.oldValue} IS NULL AND ${t.newValue} IS NULL) OR (${t.field} IS NOT NULL AND (${t.oldValue} IS NOT NULL OR ${t.newValue} IS NOT NULL))`,
    ),
    check('endpoint_events_observed_at', isInstant(t.observedAt)),
    check('endpoint_events_order', sql`${t.previousObservedAt} IS NULL OR ${t.previousObservedAt} < ${t.observedAt}`),
  ],
);

/** Endpoints of believed answers that could not be believed themselves; they keep their last good state. */
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
