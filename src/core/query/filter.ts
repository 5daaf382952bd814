import { type Amount, compareAmounts, isAmount } from '../reading/price.ts';
import { DAY_MS } from '../time/instant.ts';
import type { ModelFacets, Scores } from './facets.ts';

/** A range with both ends in it; either may be missing. */
interface Bounds<T> {
  readonly min?: T | undefined;
  readonly max?: T | undefined;
}

/** Which models are wanted; each condition that is given must hold. */
export interface ModelFilter {
  /** Every one must be supported. */
  readonly parameters?: readonly string[] | undefined;
  /** Every one must be accepted as input. */
  readonly inputs?: readonly string[] | undefined;
  /** One of them must be an output. */
  readonly outputs?: readonly string[] | undefined;
  /** In lower case; each must occur in the name or in the id. */
  readonly words?: readonly string[] | undefined;
  /** Tokens. */
  readonly minContext?: number | undefined;
  /** Exact USD per token. */
  readonly promptPrice?: Bounds<Amount> | undefined;
  readonly completionPrice?: Bounds<Amount> | undefined;
  readonly isFree?: boolean | undefined;
  /** In any case. */
  readonly tokenizer?: string | undefined;
  /** One of them must be the part of the id before the `/`. */
  readonly authors?: readonly string[] | undefined;
  readonly ageDays?: Bounds<number> | undefined;
  readonly scores?: { readonly [S in keyof Scores]?: Bounds<number> } | undefined;
  /** Only these ids. */
  readonly ids?: ReadonlySet<string> | undefined;
}

type Filterable = Pick<ModelFacets, 'id'> & Partial<ModelFacets>;

/** @param now when ages are measured, in milliseconds since 1970 */
export function fits(model: Filterable, filter: ModelFilter, now: number): boolean {
  const { inputs = [], outputs = [], parameters = [] } = model;
  return (
    (filter.ids?.has(model.id) ?? true) &&
    (filter.parameters?.every((wanted) => parameters.includes(wanted)) ?? true) &&
    (filter.inputs?.every((wanted) => inputs.includes(wanted)) ?? true) &&
    (filter.outputs?.some((wanted) => outputs.includes(wanted)) ?? true) &&
    (filter.minContext === undefined || (model.contextLength ?? 0) >= filter.minContext) &&
    (!filter.isFree || model.isFree === true) &&
    fitsPrice(model.prompt, filter.promptPrice) &&
    fitsPrice(model.completion, filter.completionPrice) &&
    (filter.tokenizer === undefined || model.tokenizer?.toLowerCase() === filter.tokenizer.toLowerCase()) &&
    (filter.authors?.includes(authorOf(model.id)) ?? true) &&
    fitsWords(model, filter.words) &&
    fitsAge(model.created, filter.ageDays, now) &&
    fitsScores(model.scores, filter.scores)
  );
}

/** The part of an id before the `/`, including the `~` of an alias. */
export function authorOf(id: string): string {
  return id.slice(0, Math.max(0, id.indexOf('/')));
}

/** A dynamic or missing price is in no range. */
function fitsPrice(price: Amount | null = null, bounds?: Bounds<Amount>): boolean {
  return inRange(isAmount(price) ? price : null, bounds, compareAmounts);
}

function fitsWords({ id, name }: Filterable, words: readonly string[] = []): boolean {
  if (words.length === 0) return true;
  const [left, right] = [id.toLowerCase(), name?.toLowerCase() ?? ''];
  return words.every((word) => left.includes(word) || right.includes(word));
}

function fitsAge(created: number | null | undefined, range: Bounds<number> | undefined, now: number): boolean {
  return inRange(
    created === null || created === undefined ? null : (now - created * 1000) / DAY_MS,
    range,
    compareNumbers,
  );
}

function fitsScores(scores: Scores | undefined, ranges: ModelFilter['scores']): boolean {
  if (ranges === undefined) return true;
  return (['intelligence', 'coding', 'agentic', 'designArenaElo'] as const).every((score) =>
    inRange(scores?.[score] ?? null, ranges[score], compareNumbers),
  );
}

function inRange<T>(value: T | null, { min, max }: Bounds<T> = {}, compare: (a: T, b: T) => number): boolean {
  if (min === undefined && max === undefined) return true;
  if (value === null) return false;
  return (min === undefined || compare(value, min) >= 0) && (max === undefined || compare(value, max) <= 0);
}

function compareNumbers(a: number, b: number): number {
  return a - b;
}
