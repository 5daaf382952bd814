import { exactNumber, isObject, type JsonObject, readArray } from '../reading/json.ts';
import type { Amount } from '../reading/price.ts';
import { amountOf, readPricing } from '../reading/pricing.ts';

/** What models are filtered and sorted by. */
export interface ModelFacets {
  readonly id: string;
  readonly name: string | null;
  /** Seconds since 1970. */
  readonly created: number | null;
  readonly tokenizer: string | null;
  /** Tokens. */
  readonly contextLength: number | null;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly parameters: readonly string[];
  /** Base prices: exact USD per token, `dynamic`, or null where none is listed. */
  readonly prompt: Amount | null;
  readonly completion: Amount | null;
  readonly cacheRead: Amount | null;
  /** Whether it has prices, and all of them are zero. */
  readonly isFree: boolean;
  readonly scores: Scores;
}

/** From upstream's `benchmarks`; null where a model has none. */
export interface Scores {
  readonly intelligence: number | null;
  readonly coding: number | null;
  readonly agentic: number | null;
  /** The best of its arenas. */
  readonly designArenaElo: number | null;
}

/** Reads a document leniently: what has an unexpected type counts as missing. */
export function readFacets(document: JsonObject): ModelFacets {
  const { id, name, created, context_length, architecture, pricing, supported_parameters, benchmarks } = document;
  return {
    id: text(id) ?? '',
    name: text(name),
    created: number(created),
    contextLength: number(context_length),
    tokenizer: isObject(architecture) ? text(architecture.tokenizer) : null,
    parameters: texts(supported_parameters),
    ...known(readModalities(architecture)),
    ...readPrices(isObject(pricing) ? pricing : {}),
    scores: readScores(benchmarks),
  };
}

/** Input and output modalities, from the arrays or else from `text+image->text`; missing where neither tells. */
export function readModalities(architecture: unknown): { inputs?: readonly string[]; outputs?: readonly string[] } {
  if (!isObject(architecture)) return {};
  const [inputs, outputs] = splitModality(text(architecture.modality));
  const { input_modalities: left, output_modalities: right } = architecture;
  return {
    ...((Array.isArray(left) || inputs) && { inputs: Array.isArray(left) ? texts(left) : inputs }),
    ...((Array.isArray(right) || outputs) && { outputs: Array.isArray(right) ? texts(right) : outputs }),
  };
}

/** The same from the columns of `models`: JSON arrays, and the text; an entry that tells nothing is a text model's. */
export function storedModalities(
  inputs: string | null,
  outputs: string | null,
  modality: string | null,
): Pick<ModelFacets, 'inputs' | 'outputs'> {
  const read = (json: string | null): unknown => (json === null ? null : readArray(json));
  return known(readModalities({ modality, input_modalities: read(inputs), output_modalities: read(outputs) }));
}

/** Lists that do not tell are of a time when upstream listed text models only. */
function known({ inputs = [], outputs = ['text'] }: ReturnType<typeof readModalities>) {
  return { inputs, outputs };
}

/** Until the middle of 2024, modalities were `text` and `multimodal`, which has been `text+image->text` since. */
function splitModality(modality: string | null): readonly [string[]?, string[]?] {
  if (modality === null) return [];
  if (modality === 'text') return [['text'], ['text']];
  if (modality === 'multimodal') return [['text', 'image'], ['text']];
  const [left = '', right] = modality.split('->');
  return right === undefined ? [] : [left.split('+'), right.split('+')];
}

function readPrices(pricing: JsonObject): Pick<ModelFacets, 'prompt' | 'completion' | 'cacheRead' | 'isFree'> {
  const base = (key: string): Amount | null => amountOf(pricing[key]) ?? null;
  const [prompt, completion, cacheRead] = [base('prompt'), base('completion'), base('input_cache_read')];
  // All prices are read only where the most important ones are zero.
  const isFree = (prompt ?? '0') === '0' && (completion ?? '0') === '0' && isAllZero(pricing);
  return { prompt, completion, cacheRead, isFree };
}

function isAllZero(pricing: JsonObject): boolean {
  const paid = [...readPricing(pricing).prices.values()].filter(({ component }) => component !== 'discount');
  return paid.length > 0 && paid.every((price) => price.amount === '0');
}

function readScores(benchmarks: unknown): Scores {
  const { artificial_analysis: indices, design_arena: arenas } = isObject(benchmarks) ? benchmarks : {};
  const index = (key: string): number | null => (isObject(indices) ? number(indices[key]) : null);
  const elos = Array.isArray(arenas) ? arenas.map((arena) => (isObject(arena) ? number(arena.elo) : null)) : [];
  return {
    intelligence: index('intelligence_index'),
    coding: index('coding_index'),
    agentic: index('agentic_index'),
    designArenaElo: elos.reduce((best, elo) => (best === null || (elo !== null && elo > best) ? elo : best), null),
  };
}

function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

/** Only for comparisons: a number that a double cannot hold is rounded. */
function number(value: unknown): number | null {
  const exact = exactNumber(value);
  return typeof value === 'number' ? value : exact === undefined ? null : Number(exact);
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item: unknown) => typeof item === 'string') : [];
}
