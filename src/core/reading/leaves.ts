import { isObject, type JsonObject, jsonText } from './json.ts';

/** A document's leaves by their dotted paths. An array is one leaf; null is the same as absent. */
export type Leaves = ReadonlyMap<string, unknown>;

/** `id` names the model, `pricing` is compared as prices, `benchmarks` change with every poll and are only archived. */
const NOT_LEAVES: ReadonlySet<string> = new Set(['id', 'pricing', 'benchmarks']);

/**
 * Bounds for one model; real ones have some thirty leaves, with names of up to sixty characters. Each leaf makes an
 * event when it comes or goes, with its whole path in it.
 */
const MOST_LEAVES = 5000;
export const LONGEST_NAME = 500;
/** A path may contain a condition. */
const LONGEST_PATH = 2000;

/** More leaves, or longer names, than a model can have. */
export class TooManyLeaves extends Error {}

/** @throws TooManyLeaves */
export function readLeaves(document: JsonObject): Leaves {
  const leaves = new Map<string, unknown>();
  for (const key of Object.keys(document)) {
    if (!NOT_LEAVES.has(key)) collect(leaves, pathStep(key), document[key]);
  }
  return leaves;
}

/**
 * Adds the leaves at and below one value.
 * @throws TooManyLeaves
 */
export function collect(leaves: Map<string, unknown>, path: string, value: unknown): void {
  if (path.length > LONGEST_PATH) throw new TooManyLeaves(`a key's path has more than ${LONGEST_PATH} characters`);
  if (leaves.size > MOST_LEAVES) throw new TooManyLeaves(`more than ${MOST_LEAVES} keys`);
  if (isObject(value)) {
    for (const key of Object.keys(value)) collect(leaves, `${path}.${pathStep(key)}`, value[key]);
  } else if (value !== null && value !== undefined) {
    leaves.set(path, value);
  }
}

/** A key with a dot in it is quoted, so that `a.b` and `a` over `b` never collide. */
export function pathStep(key: string): string {
  return key.includes('.') ? JSON.stringify(key) : storable(key);
}

/** A leaf as events write it: strings as they are, numbers and booleans as JSON, arrays as compact JSON. */
export function leafText(value: unknown): string {
  return storable(typeof value === 'string' ? value : jsonText(value));
}

const ASCII = /^[ -~]*$/;

/** Text that SQLite can store: UTF-8 has no lone surrogates, so they are written as escapes. */
export function storable(text: string): string {
  if (ASCII.test(text)) return text;
  return text.replace(/\p{Cs}/gu, (unit) => `\\u${unit.charCodeAt(0).toString(16)}`);
}
