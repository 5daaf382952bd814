import { type SQL, sql } from 'drizzle-orm';
import { groupBy } from '../../core/collections.ts';
import type { PriceRow } from '../../core/pricing/applicablePrice.ts';
import type { Offer } from '../../core/pricing/offers.ts';
import { storedModalities } from '../../core/query/facets.ts';
import { readArray } from '../../core/reading/json.ts';
import type { Ledger } from '../store/open.ts';
import { isAskedFor } from './filters.ts';
import { leavesAt, withLeaves } from './leavesAt.ts';

export interface ListingFilter {
  /** Patterns of ids, one of which must match; see `modelGlob`. */
  readonly models?: readonly string[] | undefined;
  readonly author?: string | undefined;
}

/** An offer without its prices, and with JSON arrays for its lists. */
type ListingRow = Omit<Offer, 'prices' | 'parameters' | 'inputs' | 'outputs'> &
  Readonly<Record<'parameters' | 'inputs' | 'outputs' | 'modality', string | null>>;

/** SQL for whether a row is in force at an instant (null: now). */
export function inForce(table: SQL, at: string | null): SQL {
  if (at === null) return sql`${table}.valid_to IS NULL`;
  return sql`${table}.valid_from <= ${at} AND (${table}.valid_to IS NULL OR ${table}.valid_to > ${at})`;
}

export type PricedModel = Pick<Offer, 'model' | 'contextLength' | 'prices'>;

/** Every model listed at an instant (null: now) with its prices as they were then. */
export function pricesAt(ledger: Ledger, at: string | null, filter: ListingFilter = {}): PricedModel[] {
  const rows = ledger.orm.all<Omit<PricedModel, 'prices'>>(sql`SELECT m.id AS model, l.context_length AS contextLength
    FROM ${listed(at)} WHERE ${isAskedFor(ledger, sql`m.id`, filter) ?? sql`true`} ORDER BY m.id`);
  const prices = pricesByModel(ledger, at);
  return rows.map((row) => ({ ...row, prices: prices.get(row.model) ?? [] }));
}

/** Every model listed at an instant (null: now) with its prices, limits and abilities as they were then. */
export function listingAt(ledger: Ledger, at: string | null, filter: ListingFilter = {}): Offer[] {
  const rows = ledger.orm.all<ListingRow>(sql`SELECT m.id AS model, m.name, m.author, l.context_length AS contextLength,
      l.max_completion_tokens AS maxCompletionTokens, coalesce(m.created_at, m.first_seen_at) AS since, m.supported_parameters AS parameters,
      m.input_modalities AS inputs, m.output_modalities AS outputs, m.modality
    FROM ${listed(at)} WHERE ${isAskedFor(ledger, sql`m.id`, filter) ?? sql`true`} ORDER BY m.id`);
  const prices = pricesByModel(ledger, at);
  const leaves = at === null ? undefined : leavesAt(ledger, at);
  return rows.map((row) => toOffer(withLeaves(row, leaves?.get(row.model)), prices.get(row.model) ?? []));
}

/** A listed model has limits in force, even where they are all null. */
function listed(at: string | null): SQL {
  return sql`models AS m CROSS JOIN provider_limits AS l ON l.model_id = m.id AND ${inForce(sql`l`, at)}`;
}

/** Whether a model was listed at an instant (null: now), with prices or without. */
export function isListed({ orm }: Ledger, model: string, at: string | null): boolean {
  const row = orm.get(sql`SELECT 1 FROM provider_limits AS l WHERE l.model_id = ${model} AND ${inForce(sql`l`, at)}`);
  return row !== undefined;
}

function toOffer({ parameters, inputs, outputs, modality, ...row }: ListingRow, prices: readonly PriceRow[]): Offer {
  return { ...row, prices, parameters: readList(parameters), ...storedModalities(inputs, outputs, modality) };
}

/** Prices in force at an instant (null: now) by model. */
function pricesByModel({ orm }: Ledger, at: string | null): ReadonlyMap<string, PriceRow[]> {
  const rows = orm.all<StoredPriceRow & { model: string }>(sql`SELECT p.model_id AS model, p.component, p.condition,
    p.price, p.dynamic FROM pricing_history AS p WHERE ${inForce(sql`p`, at)}`);
  const byModel = groupBy(rows, ({ model }) => model);
  return new Map([...byModel].map(([model, prices]) => [model, prices.map(toPriceRow)]));
}

/** A price as SQLite returns it, without booleans. */
export type StoredPriceRow = Omit<PriceRow, 'dynamic'> & { readonly dynamic: number };

export function toPriceRow({ component, condition, price, dynamic }: StoredPriceRow): PriceRow {
  return { component, condition, price, dynamic: dynamic === 1 };
}

function readList(json: string | null): readonly string[] {
  return readArray(json ?? '[]')?.filter((item) => typeof item === 'string') ?? [];
}
