import type { ModelFacets } from './facets.ts';
import { fits, type ModelFilter } from './filter.ts';
import type { ModelParameters } from './modelParameters.ts';
import { type ChangedAt, inOrder, type ModelOrder } from './order.ts';

/** Which part of a list is wanted, and in which order. */
export interface ModelQuery {
  readonly filter: ModelFilter;
  /** Null: upstream's own. */
  readonly order: ModelOrder | null;
  /** Null: all of it. */
  readonly page: { readonly offset: number; readonly limit: number } | null;
}

/** What upstream lists by default. */
const DEFAULT_OUTPUTS = ['text'];
const DEFAULT_LIMIT = 500;

/** @param options.outputs which models are meant where `output_modalities` is not given; null: all */
export function readModelQuery(
  parameters: ModelParameters,
  { outputs = DEFAULT_OUTPUTS }: { readonly outputs?: readonly string[] | null } = {},
): ModelQuery {
  const { offset, limit, sort, output_modalities: wanted = outputs } = parameters;
  const page =
    offset === undefined && limit === undefined ? null : { offset: offset ?? 0, limit: limit ?? DEFAULT_LIMIT };
  return {
    filter: {
      ...readRanges(parameters),
      parameters: parameters.supported_parameters,
      inputs: parameters.input_modalities,
      outputs: wanted === 'all' || wanted === null ? undefined : wanted,
      words: parameters.q
        ?.toLowerCase()
        .split(/\s+/)
        .filter((word) => word !== ''),
      minContext: parameters.context,
      isFree: parameters.free,
      tokenizer: parameters.arch || undefined,
      authors: parameters.model_authors,
    },
    order: sort ?? null,
    page,
  };
}

function readRanges(read: ModelParameters): ModelFilter {
  return {
    promptPrice: { min: read.min_price, max: read.max_price },
    completionPrice: { min: read.min_output_price, max: read.max_output_price },
    ageDays: { min: read.min_age_days, max: read.max_age_days },
    scores: {
      intelligence: { min: read.min_intelligence_index, max: read.max_intelligence_index },
      coding: { min: read.min_coding_index, max: read.max_coding_index },
      agentic: { min: read.min_agentic_index, max: read.max_agentic_index },
    },
  };
}

/** Whether the query asks for the whole list as it is. */
export function isWhole({ filter, order, page }: ModelQuery): boolean {
  return order === null && page === null && !Object.values(filter).some(narrows);
}

function narrows(value: unknown): boolean {
  if (value === undefined || value === false) return false;
  if (Array.isArray(value)) return value.length > 0;
  if (value instanceof Set) return true;
  return typeof value !== 'object' || value === null || Object.values(value).some(narrows);
}

/**
 * The matching models in order, not yet paged.
 * @param now when ages are measured, in milliseconds since 1970
 */
export function select<T extends { readonly facets: ModelFacets }>(
  models: readonly T[],
  { filter, order }: ModelQuery,
  now: number,
  changedAt: ChangedAt,
): readonly T[] {
  const found = models.filter(({ facets }) => fits(facets, filter, now));
  return order === null ? found : inOrder(found, order, changedAt);
}
