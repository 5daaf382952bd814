import { type SQL, sql } from 'drizzle-orm';
import {
  type AnySQLiteColumn,
  blob,
  check,
  index,
  integer,
  // biome-ignore lint/suspicious/noDeprecatedImports: another way to call it is what is deprecated
  primaryKey,
  real,
  sqliteTable,
  text,
  uniqueIndex,
} from 'drizzle-orm/sqlite-core';
import { CAUSES, CHANGE_TYPES, LIFECYCLE_TYPES, SHIFTS } from '../../core/diff/changes.ts';
import { FORMATS } from '../../core/notification/messageFormats.ts';

/**
 * The tables of the data file. All are STRICT; instants are TEXT like `2026-06-07T18:23:50.000Z`, in UTC, so that they
 * sort and compare as text. The views are in the migrations.
 */

export const TRIGGERS = ['manual', 'cron', 'daemon', 'import'] as const;
/** The answer was a list, and was believed. */
export const ACCEPTED_STATUSES = ['changed', 'unchanged'] as const;
/** The answer was a list: what the tables are made from, in the order of time. */
export const LIST_STATUSES = [...ACCEPTED_STATUSES, 'held'] as const;
export const STATUSES = [...LIST_STATUSES, 'rejected', 'failed'] as const;

export const oneOf = (column: AnySQLiteColumn, words: readonly string[]): SQL =>
  sql`${column} IN (${sql.raw(words.map((word) => `'${word}'`).join(', '))})`;

export const isInstant = (column: AnySQLiteColumn): SQL => sql`${column} LIKE '____-__-__T__:__:__.___Z'`;

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
    added: integer().notNull().default(0),
    removed: integer().notNull().default(0),
    restored: integer().notNull().default(0),
    repriced: integer().notNull().default(0),
    limitsChanged: integer('limits_changed').notNull().default(0),
    updated: integer().notNull().default(0),
    quarantined: integer().notNull().default(0),
    errorCode: text('error_code'),
    errorMessage: text('error_message'),
    /** A checksum of all the others and of the id before: what no archive can tell. */
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

const byRun = () =>
  integer('run_id')
    .notNull()
    .references(() => syncRuns.id);

/** A column that is read from the document each time, and so can never disagree with it. */
const fromDocument = (name: string, path: string) =>
  text(name).generatedAlwaysAs(sql.raw(`(document ->> '$.${path}')`), { mode: 'virtual' });

/** One row for each id ever seen. */
export const models = sqliteTable(
  'models',
  {
    id: text().primaryKey(),
    canonicalSlug: fromDocument('canonical_slug', 'canonical_slug'),
    name: fromDocument('name', 'name'),
    /** The id's part before `/`, without a leading `~`. */
    author: text().notNull(),
    createdAt: text('created_at'),
    description: fromDocument('description', 'description'),
    tokenizer: fromDocument('tokenizer', 'architecture.tokenizer'),
    instructType: fromDocument('instruct_type', 'architecture.instruct_type'),
    modality: fromDocument('modality', 'architecture.modality'),
    /** JSON arrays. */
    inputModalities: fromDocument('input_modalities', 'architecture.input_modalities'),
    outputModalities: fromDocument('output_modalities', 'architecture.output_modalities'),
    supportedParameters: fromDocument('supported_parameters', 'supported_parameters'),
    huggingFaceId: fromDocument('hugging_face_id', 'hugging_face_id'),
    knowledgeCutoff: fromDocument('knowledge_cutoff', 'knowledge_cutoff'),
    expirationDate: fromDocument('expiration_date', 'expiration_date'),
    /** The target of a `~author/x-latest` alias. */
    aliasOf: text('alias_of'),
    firstSeenAt: text('first_seen_at').notNull(),
    /** Both null while listed. */
    lastSeenAt: text('last_seen_at'),
    removedAt: text('removed_at'),
    /** The newest good document of this model as upstream wrote it. */
    document: text().notNull(),
  },
  (t) => [
    check('models_id', sql`length(${t.id}) > 0`),
    check('models_first_seen_at', isInstant(t.firstSeenAt)),
    check('models_gone', sql`(${t.lastSeenAt} IS NULL) = (${t.removedAt} IS NULL)`),
    check(
      'models_life',
      sql`${t.removedAt} IS NULL OR (${t.firstSeenAt} <= ${t.lastSeenAt} AND ${t.lastSeenAt} < ${t.removedAt})`,
    ),
    check('models_document', sql`json_valid(${t.document})`),
  ],
);

const ofModel = () =>
  text('model_id')
    .notNull()
    .references(() => models.id);

const interval = () => ({
  validFrom: text('valid_from').notNull(),
  /** Null: in force. */
  validTo: text('valid_to'),
  openedBy: integer('opened_by')
    .notNull()
    .references(() => syncRuns.id),
  closedBy: integer('closed_by').references(() => syncRuns.id),
});

const isInterval = (t: Record<'validFrom' | 'validTo' | 'closedBy', AnySQLiteColumn>): SQL =>
  sql`${isInstant(t.validFrom)} AND (${t.validTo} IS NULL OR (${isInstant(t.validTo)} AND ${t.validFrom} < ${t.validTo})) AND (${t.validTo} IS NULL) = (${t.closedBy} IS NULL)`;

/** What each component of each model cost, and when: half-open intervals that never overlap. */
export const pricingHistory = sqliteTable(
  'pricing_history',
  {
    id: integer().primaryKey(),
    modelId: ofModel(),
    /** Upstream's key: `prompt`, `completion`, `input_cache_read`, … */
    component: text().notNull(),
    /** `''`: the base price; else the sorted conditions of its `overrides` entry. */
    condition: text().notNull(),
    /** Exact decimal USD per unit, which SQL compares as text; null when dynamic. */
    price: text(),
    /** The same as a number, to compare, sort and calculate with; rounded to what a double can hold. */
    priceUsd: real('price_usd').generatedAlwaysAs(sql`(CAST(price AS REAL))`, { mode: 'virtual' }),
    /** Decided per request. */
    dynamic: integer({ mode: 'boolean' }).notNull(),
    ...interval(),
  },
  (t) => [
    index('pricing_history_key').on(t.modelId, t.component, t.condition, t.validFrom),
    index('pricing_history_open').on(t.validTo).where(sql`${t.validTo} IS NULL`),
    check('pricing_history_interval', isInterval(t)),
    check('pricing_history_dynamic', sql`${t.dynamic} IN (0, 1) AND (${t.price} IS NULL) = (${t.dynamic} = 1)`),
    check(
      'pricing_history_price',
      sql`${t.price} IS NULL OR (${t.price} GLOB '[0-9]*' AND ${t.price} NOT GLOB '*[^0-9.]*')`,
    ),
  ],
);

/** Each model's limits in tokens, and when: half-open intervals that never overlap. */
export const providerLimits = sqliteTable(
  'provider_limits',
  {
    id: integer().primaryKey(),
    modelId: ofModel(),
    contextLength: integer('context_length'),
    topProviderContextLength: integer('top_provider_context_length'),
    maxCompletionTokens: integer('max_completion_tokens'),
    isModerated: integer('is_moderated', { mode: 'boolean' }),
    requestPromptTokens: integer('request_prompt_tokens'),
    requestCompletionTokens: integer('request_completion_tokens'),
    ...interval(),
  },
  (t) => [
    index('provider_limits_model').on(t.modelId),
    check('provider_limits_interval', isInterval(t)),
    check('provider_limits_moderated', sql`${t.isModerated} IS NULL OR ${t.isModerated} IN (0, 1)`),
  ],
);

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
    check(
      'change_events_values',
      sql`(${t.field} IS NULL AND ${t.oldValue} IS NULL AND ${t.newValue} IS NULL) OR (${t.field} IS NOT NULL AND (${t.oldValue} IS NOT NULL OR ${t.newValue} IS NOT NULL))`,
    ),
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

/** Bodies by their hash. The truth of this file; docs/archive.md tells how to read it without this program. */
export const archive = sqliteTable(
  'archive',
  {
    id: integer().primaryKey(),
    sha256: text().notNull(),
    /** How many are kept. */
    bytes: integer().notNull(),
    /** Only the first bytes were kept (a rejected body over the limit). */
    cut: integer({ mode: 'boolean' }).notNull(),
    /** In which pack it stands, and behind how many bytes. */
    pack: integer()
      .notNull()
      .references(() => archivePacks.id),
    start: integer().notNull(),
  },
  (t) => [uniqueIndex('archive_sha256').on(t.sha256), check('archive_cut', sql`${t.cut} IN (0, 1)`)],
);

/** Bodies one behind the other, compressed together with brotli: neighbouring answers are nearly the same. */
export const archivePacks = sqliteTable('archive_packs', {
  id: integer().primaryKey(),
  /** How many it holds, and of how many bytes in all. */
  bodies: integer().notNull(),
  bytes: integer().notNull(),
  data: blob({ mode: 'buffer' }).notNull(),
});

/** Runs whose answer a person accepted with `sync --accept`. */
export const acceptances = sqliteTable('acceptances', {
  runId: integer('run_id')
    .primaryKey()
    .references(() => syncRuns.id),
});

/** Checksums of the rows of other tables that no archive can tell; the runs have theirs beside them. */
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

/** Messages to people, written with the run that they tell of and sent after it. */
export const outbox = sqliteTable(
  'outbox',
  {
    id: integer().primaryKey(),
    /** The same in every attempt, so that a receiver can tell a repeat. */
    messageId: text('message_id').notNull(),
    runId: byRun(),
    /** How the payload is written, which is where it can go. */
    channel: text({ enum: FORMATS }).notNull(),
    /** The body as it is signed and posted; null once it has been taken. */
    payload: text(),
    createdAt: text('created_at').notNull(),
    attempts: integer().notNull().default(0),
    nextTryAt: text('next_try_at').notNull(),
    lastError: text('last_error'),
    sentAt: text('sent_at'),
    givenUpAt: text('given_up_at'),
  },
  (t) => [
    uniqueIndex('outbox_message').on(t.messageId),
    index('outbox_due').on(t.nextTryAt).where(sql`${t.sentAt} IS NULL AND ${t.givenUpAt} IS NULL`),
    check('outbox_channel', oneOf(t.channel, FORMATS)),
    check(
      'outbox_instants',
      sql`${isInstant(t.createdAt)} AND ${isInstant(t.nextTryAt)} AND (${t.sentAt} IS NULL OR ${isInstant(t.sentAt)}) AND (${t.givenUpAt} IS NULL OR ${isInstant(t.givenUpAt)})`,
    ),
    check('outbox_payload', sql`(${t.payload} IS NULL) = (${t.sentAt} IS NOT NULL)`),
    check('outbox_end', sql`${t.sentAt} IS NULL OR ${t.givenUpAt} IS NULL`),
    check('outbox_attempts', sql`${t.attempts} >= 0`),
  ],
);
