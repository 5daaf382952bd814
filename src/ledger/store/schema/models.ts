import { sql } from 'drizzle-orm';
import { check, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { isInstant } from './columns.ts';

/** A column that SQLite reads from the document each time, so that they never disagree. */
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

/** The model that a row is about. */
export const ofModel = () =>
  text('model_id')
    .notNull()
    .references(() => models.id);
