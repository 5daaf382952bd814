import { isObject, type JsonObject, jsonText } from './json.ts';

/** A document's leaves: dotted path to value. Objects are opened, arrays are whole, null and absent are the same. */
export type Leaves = ReadonlyMap<string, unknown>;

/** `id` names the model, `pricing` is compared as prices, `benchmarks` change with every poll and are archived only. */
const NOT_LEAVES: ReadonlySet<string> = new Set(['id', 'pricing', 'benchmarks']);

/**
 * What one model may have at most; a true one has some thirty, with names of up to sixty characters. Each is an event
 * when it comes and when it goes, and bears its whole path.
 */
const MOST_LEAVES = 5000;
export const LONGEST_NAME = 500;
/** The same of a path, in which a condition may stand. */
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

/** What nearly all keys are made of. */
const ASCII = /^[ -~]*$/;

/** SQLite's text is UTF-8, which has no lone surrogates: they are written as the escape they came as. */
export function storable(text: string): string {
  if (ASCII.test(text)) return text;
  return text.replace(/\p{Cs}/gu, (unit) => `\\u${unit.charCodeAt(0).toString(16)}`);
}
