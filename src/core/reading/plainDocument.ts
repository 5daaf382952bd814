import { exactNumber, jsonText, parseJson } from './json.ts';

/** Every string, and whether it is a key. */
const STRING = /"(?:[^"\\]|\\.)*"(\s*:)?/g;
/** Where a half of a character is written, which may have its other half beside it. */
const SURROGATE = /\\u[dD][89a-fA-F]/;
/** Half a character in what JSON.stringify writes; whole ones it writes as they are. */
const HALF = /(?<!\\)((?:\\\\)*)\\u(d[89a-f][0-9a-f]{2})/g;

/**
 * A document that every reader reads alike: upstream's own text, but where a key stands twice in an object (SQLite takes
 * the first, JavaScript the last) or half a character stands in a text (which no UTF-8 can hold) it is written anew, each
 * key once and the half as the escape it came as. The archive has the bytes as they came.
 */
export function plainDocument(text: string): string {
  // Not the object that was compared: where only the volatile key differs that one is of an earlier text.
  const document = parseJson(text);
  // As it comes back: each key once, and nothing in it that is written in another way.
  if (JSON.stringify(document) === text && !SURROGATE.test(text)) return text;
  const isAmbiguous = countKeys(document) !== countWrittenKeys(text);
  if (!isAmbiguous && !SURROGATE.test(text)) return text;
  const written = jsonText(document);
  const safe = written.replace(HALF, '$1\\\\u$2');
  return isAmbiguous || safe !== written ? safe : text;
}

function countWrittenKeys(text: string): number {
  let keys = 0;
  for (const [, colon] of text.matchAll(STRING)) if (colon !== undefined) keys += 1;
  return keys;
}

function countKeys(value: unknown): number {
  if (typeof value !== 'object' || value === null || exactNumber(value) !== undefined) return 0;
  const inner = Object.values(value);
  return (Array.isArray(value) ? 0 : inner.length) + inner.reduce<number>((sum, item) => sum + countKeys(item), 0);
}
