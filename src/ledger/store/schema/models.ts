import { sql } from 'drizzle-orm';
import { check, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { isInstant } from './columns.ts';

/** The leaves of the document that have columns of their own, under the last part of their names. */
export const LEAVES = {
  canonicalSlug: 'canonical_slug',
  name: 'name',
  description: 'description',
  tokenizer: 'architecture.tokenizer',
  instructType: 'architecture.instruct_type',
  modality: 'architecture.modality',
  /** JSON arrays. */
  inputs: 'architecture.input_modalities',
  outputs: 'architecture.output_modalities',
  parameters: 'supported_parameters',
  huggingFaceId: 'hugging_face_id',
  knowledgeCutoff: 'knowledge_cutoff',
  expirationDate: 'expiration_date',
} as const;

/** A column that SQLite reads from the document each time, so that they never disagree. */
const fromDocument = (leaf: keyof typeof LEAVES) =>
  text(LEAVES[leaf].replace(/^.*\./, '')).generatedAlwaysAs(sql.raw(`(document ->> '$.${LEAVES[leaf]}')`), {
    mode: 'virtual',
  });

/** One row for each id ever seen. */
export const models = sqliteTable(
  'models',
  {
    id: text().primaryKey(),
    canonicalSlug: fromDocument('canonicalSlug'),
    name: fromDocument('name'),
    /** The id's part before `/`, without a leading `~`. */
    author: text().notNull(),
    createdAt: text('created_at'),
    description: fromDocument('description'),
    tokenizer: fromDocument('tokenizer'),
    instructType: fromDocument('instructType'),
    modality: fromDocument('modality'),
    inputs: fromDocument('inputs'),
    outputs: fromDocument('outputs'),
    parameters: fromDocument('parameters'),
    huggingFaceId: fromDocument('huggingFaceId'),
    knowledgeCutoff: fromDocument('knowledgeCutoff'),
    expirationDate: fromDocument('expirationDate'),
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

/** The model that a row is about. */
export const ofModel = () =>
  text('model_id')
    .notNull()
    .references(() => models.id);
