import { exactNumber, jsonText, parseJson, STRING } from './json.ts';

/** The escape of a surrogate, which may be one of a pair. */
const SURROGATE = /\\u[dD][89a-fA-F]/;
/** A lone surrogate as JSON.stringify writes it; it does not escape pairs. */
const HALF = /(?<!\\)((?:\\\\)*)\\u(d[89a-f][0-9a-f]{2})/g;

/**
 * A document that SQLite and JavaScript read alike. That is upstream's own text, unless an object repeats a key (SQLite
 * takes the first, JavaScript the last) or a string has a lone surrogate (which UTF-8 cannot hold): then it is written
 * anew, each key once and the surrogate as an escape. The archive has the original bytes.
 */
export function plainDocument(text: string): string {
  // The entry's own document may be that of an earlier text, which differed in its volatile key alone.
  const document = parseJson(text);
  // The common case: serialized again, it is the same text.
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
