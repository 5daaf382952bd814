import { sql } from 'drizzle-orm';
import type { Ledger } from '../store/open.ts';
import { leavesAt } from './leavesAt.ts';
import { inForce } from './listing.ts';

/** What `models` knows of an id, texts as they were at the instant asked for. */
export interface ModelFacts {
  readonly id: string;
  readonly author: string;
  readonly firstSeenAt: string;
  readonly lastSeenAt: string | null;
  readonly removedAt: string | null;
  readonly createdAt: string | null;
  readonly aliasOf: string | null;
  readonly name: string | null;
  readonly description: string | null;
  readonly canonicalSlug: string | null;
  readonly huggingFaceId: string | null;
  readonly modality: string | null;
  /** JSON arrays. */
  readonly inputs: string | null;
  readonly outputs: string | null;
  readonly parameters: string | null;
  readonly tokenizer: string | null;
  readonly instructType: string | null;
  readonly knowledgeCutoff: string | null;
  readonly expirationDate: string | null;
}

const LEAF_OF = {
  name: 'name',
  description: 'description',
  canonicalSlug: 'canonical_slug',
  huggingFaceId: 'hugging_face_id',
  modality: 'architecture.modality',
  inputs: 'architecture.input_modalities',
  outputs: 'architecture.output_modalities',
  parameters: 'supported_parameters',
  tokenizer: 'architecture.tokenizer',
  instructType: 'architecture.instruct_type',
  knowledgeCutoff: 'knowledge_cutoff',
  expirationDate: 'expiration_date',
} as const satisfies Partial<Record<keyof ModelFacts, string>>;

/** One model, its texts as they were at an instant (null: now); undefined for an id that was never seen. */
export function findModel(ledger: Ledger, id: string, at: string | null): ModelFacts | undefined {
  const now = ledger.orm.get<ModelFacts | undefined>(sql`SELECT id, author, first_seen_at AS firstSeenAt,
      last_seen_at AS lastSeenAt, removed_at AS removedAt, created_at AS createdAt, alias_of AS aliasOf, name, description,
      canonical_slug AS canonicalSlug, hugging_face_id AS huggingFaceId, modality, input_modalities AS inputs,
      output_modalities AS outputs, supported_parameters AS parameters, tokenizer, instruct_type AS instructType,
      knowledge_cutoff AS knowledgeCutoff, expiration_date AS expirationDate FROM models WHERE id = ${id}`);
  if (now === undefined || at === null) return now;
  const then = leavesAt(ledger, at, Object.values(LEAF_OF), id).get(id);
  const changed = Object.entries(LEAF_OF).flatMap(([key, leaf]) => {
    const old = then?.get(leaf);
    return old === undefined ? [] : [[key, old]];
  });
  return { ...now, ...Object.fromEntries(changed) };
}

/** Every id ever seen, with the instant it went if it is not listed. */
export function allIds({ orm }: Ledger): { id: string; removedAt: string | null }[] {
  return orm.all(sql`SELECT id, removed_at AS removedAt FROM models ORDER BY id`);
}

export interface LimitsRow {
  readonly contextLength: number | null;
  readonly topProviderContextLength: number | null;
  readonly maxCompletionTokens: number | null;
  readonly isModerated: number | null;
  readonly requestPromptTokens: number | null;
  readonly requestCompletionTokens: number | null;
}

/** The limits of a model at an instant (null: now); undefined where it was not listed. */
export function limitsAt({ orm }: Ledger, id: string, at: string | null): LimitsRow | undefined {
  return orm.get<LimitsRow | undefined>(sql`SELECT l.context_length AS contextLength,
      l.top_provider_context_length AS topProviderContextLength, l.max_completion_tokens AS maxCompletionTokens,
      l.is_moderated AS isModerated, l.request_prompt_tokens AS requestPromptTokens,
      l.request_completion_tokens AS requestCompletionTokens
    FROM provider_limits AS l WHERE l.model_id = ${id} AND ${inForce(sql`l`, at)}`);
}

/** A price and the half-open interval in which it held; null: still. */
export interface PricePeriod {
  readonly component: string;
  readonly condition: string;
  readonly price: string | null;
  readonly dynamic: boolean;
  readonly validFrom: string;
  readonly validTo: string | null;
}

/** Looks up every price a model ever had, oldest first; prepared for many models. */
export function preparePriceHistory({ sqlite }: Ledger): (id: string) => PricePeriod[] {
  const periods = sqlite.prepare<[string], Omit<PricePeriod, 'dynamic'> & { dynamic: number }>(
    `SELECT component, condition, price, dynamic, valid_from AS validFrom, valid_to AS validTo
      FROM pricing_history WHERE model_id = ? ORDER BY valid_from, id`,
  );
  return (id) => periods.all(id).map((row) => ({ ...row, dynamic: row.dynamic === 1 }));
}

/** What a bill says of a model beside its price; the tokenizer is the one of its newest document. */
export interface BillFacts {
  readonly tokenizer: string | null;
  readonly removedAt: string | null;
}

/** Looks models up for bills; undefined for an id that was never seen. */
export function prepareBillFacts({ sqlite }: Ledger): (id: string) => BillFacts | undefined {
  const facts = sqlite.prepare<[string], BillFacts>(
    'SELECT tokenizer, removed_at AS removedAt FROM models WHERE id = ?',
  );
  return (id) => facts.get(id);
}

/** A model as far as the number of its tokens depends on it. */
export interface CountedModel {
  readonly id: string;
  /** `architecture.tokenizer`. */
  readonly tokenizer: string | null;
  readonly aliasOf: string | null;
}

/** The listed models, or those with the ids that are asked for, listed or not. */
export function countedModels({ sqlite }: Ledger, ids: readonly string[] | null): CountedModel[] {
  const where = ids === null ? 'removed_at IS NULL' : 'id IN (SELECT value FROM json_each(?))';
  const models = sqlite.prepare<string[], CountedModel>(
    `SELECT id, tokenizer, alias_of AS aliasOf FROM models WHERE ${where} ORDER BY id`,
  );
  return ids === null ? models.all() : models.all(JSON.stringify(ids));
}
