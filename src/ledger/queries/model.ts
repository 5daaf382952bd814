import { and, eq, getTableColumns, sql } from 'drizzle-orm';
import type { TimedPrice } from '../../core/pricing/timetable.ts';
import type { Limits } from '../../core/reading/limits.ts';
import { readStoredPrice, STORED_PRICE, type StoredPrice } from '../store/intervals.ts';
import type { Ledger } from '../store/open.ts';
import { providerLimits } from '../store/schema/intervals.ts';
import { models } from '../store/schema/models.ts';
import { writtenColumns } from '../store/statements.ts';
import { leavesAt, withLeaves } from './leavesAt.ts';
import { inForce } from './listing.ts';

const { document: _, ...FACTS } = getTableColumns(models);

const factsOf = ({ orm }: Ledger, id: string) => orm.select(FACTS).from(models).where(eq(models.id, id)).get();

/** A row of `models`, its texts as of some instant; inputs, outputs and parameters are JSON arrays. */
export type ModelFacts = Readonly<NonNullable<ReturnType<typeof factsOf>>>;

/** One model, its texts as they were at an instant (null: now); undefined for an id that was never seen. */
export function findModel(ledger: Ledger, id: string, at: string | null): ModelFacts | undefined {
  const now = factsOf(ledger, id);
  if (now === undefined || at === null) return now;
  return withLeaves(now, leavesAt(ledger, at, id).get(id));
}

/** Every id ever seen, and when it was removed if it is not listed. */
export function allIds({ orm }: Ledger): { id: string; removedAt: string | null }[] {
  return orm.all(sql`SELECT id, removed_at AS removedAt FROM models ORDER BY id`);
}

const LIMITS = writtenColumns(providerLimits, 'id', 'modelId', 'validFrom', 'validTo', 'openedBy', 'closedBy');

/** The limits of a model at an instant (null: now); undefined where it was not listed. */
export function limitsAt({ orm }: Ledger, id: string, at: string | null): Limits | undefined {
  const isMeant = and(eq(providerLimits.modelId, id), inForce(sql`${providerLimits}`, at));
  return orm.select(LIMITS).from(providerLimits).where(isMeant).get();
}

/** Limits and the half-open interval in which they held; null: still. */
export type LimitsPeriod = Limits & Pick<TimedPrice, 'validFrom' | 'validTo'>;

/** All limits that a model ever had, oldest first. */
export function limitsHistory({ orm }: Ledger, id: string): LimitsPeriod[] {
  const { id: order, modelId, validFrom, validTo } = providerLimits;
  const limits = orm.select({ ...LIMITS, validFrom, validTo }).from(providerLimits);
  return limits.where(eq(modelId, id)).orderBy(validFrom, order).all();
}

/** Prepares lookups of all prices that a model ever had, oldest first. */
export function preparePriceHistory({ sqlite }: Ledger): (id: string) => TimedPrice[] {
  const periods = sqlite.prepare<[string], StoredPrice>(
    `SELECT ${STORED_PRICE}
      FROM pricing_history WHERE model_id = ? ORDER BY valid_from, id`,
  );
  return (id) => periods.all(id).map(readStoredPrice);
}

/** What bills say about a model; the tokenizer is that of its newest document. */
export type BillFacts = Pick<ModelFacts, 'tokenizer' | 'removedAt'>;

/** Looks models up for bills; undefined for an id that was never seen. */
export function prepareBillFacts({ sqlite }: Ledger): (id: string) => BillFacts | undefined {
  const facts = sqlite.prepare<[string], BillFacts>(
    'SELECT tokenizer, removed_at AS removedAt FROM models WHERE id = ?',
  );
  return (id) => facts.get(id);
}

/** What the number of tokens of a text depends on. */
export type TokenizedModel = Pick<ModelFacts, 'id' | 'tokenizer' | 'aliasOf'>;

/** The listed models, or those with the ids that are asked for, listed or not. */
export function countedModels({ sqlite }: Ledger, ids: readonly string[] | null): TokenizedModel[] {
  const where = ids === null ? 'removed_at IS NULL' : 'id IN (SELECT value FROM json_each(?))';
  const counted = sqlite.prepare<string[], TokenizedModel>(
    `SELECT id, tokenizer, alias_of AS aliasOf FROM models WHERE ${where} ORDER BY id`,
  );
  return ids === null ? counted.all() : counted.all(JSON.stringify(ids));
}
