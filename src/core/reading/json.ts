import { tryTo } from '../errors.ts';
/** JSON values as upstream wrote them, with numbers that a double cannot hold kept as their text. */

export type JsonObject = { readonly [key: string]: unknown };

/** The only key of an object that represents a number which a JavaScript number cannot hold exactly. */
const EXACT = '\u0000exact';
const LIKE_EXACT = new RegExp(`^${'\0'}+exact$`);

/** Integers of 16 digits and more, long fractions and exponents: the only numbers that may not survive a double. */
const SUSPECT = /\d[\d.]{15}|\d[eE][+-]?\d/;
const NUMBER = /^-?\d[\d.]*(?:[eE][+-]?\d+)?$/;
/** How JSON has to write the character. */
const NUL = '\\u0000';
/** Every string; the group tells whether it is a key. */
export const STRING = /"(?:[^"\\]|\\.)*"(\s*:)?/g;
const STRING_OR_NUMBER = /"(?:[^"\\]|\\.)*"|-?\d[\d.]*(?:[eE][+-]?\d+)?/g;

/**
 * Parses JSON text without losing a digit.
 * @throws SyntaxError when the text is not JSON
 */
export function parseJson(text: string): unknown {
  const source = text.includes(NUL) ? text.replace(STRING, disarmKey) : text;
  const value: unknown = JSON.parse(source);
  if (!SUSPECT.test(source)) return value;
  return JSON.parse(source.replace(STRING_OR_NUMBER, (token) => (token.startsWith('"') ? token : keepExact(token))));
}

/** Adds a NUL to a key of upstream's that looks like {@link EXACT}, so that its object is not taken for a number. */
function disarmKey(token: string, colon: string | undefined): string {
  return colon !== undefined && LIKE_EXACT.test(readKey(token)) ? `"${NUL}${token.slice(1)}` : token;
}

/** Undoes {@link disarmKey}. */
function armKey(key: string): string {
  return LIKE_EXACT.test(key) ? key.slice(1) : key;
}

function readKey(token: string): string {
  return String(JSON.parse(token.slice(0, token.lastIndexOf('"') + 1)));
}

function keepExact(token: string): string {
  return plainDigits(token) === plainDigits(String(Number(token))) ? token : JSON.stringify({ [EXACT]: token });
}

/** The significant digits and the decimal exponent of a number's text, so that 1.0, 1 and 10e-1 are one. */
function plainDigits(token: string): string {
  const [mantissa = '', exponent = '0'] = token.toLowerCase().split('e');
  const [whole = '', fraction = ''] = mantissa.replace('-', '').split('.');
  const digits = (whole + fraction).replace(/^0+/, '');
  // A pattern for trailing zeros would try again at every zero, and take quadratic time.
  let end = digits.length;
  while (digits[end - 1] === '0') end -= 1;
  if (end === 0) return '0';
  const scale = Number(exponent) - fraction.length + (digits.length - end);
  return `${mantissa.startsWith('-') ? '-' : ''}${digits.slice(0, end)}e${scale}`;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && exactNumber(value) === undefined;
}

/** The text of a number that a double cannot hold; undefined for every other value. */
export function exactNumber(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const text: unknown = Object.getOwnPropertyDescriptor(value, EXACT)?.value;
  return typeof text === 'string' && NUMBER.test(text) ? text : undefined;
}

/** A number as upstream wrote it (for a double: its shortest text); undefined for every other value. */
export function numberText(value: unknown): string | undefined {
  return typeof value === 'number' ? String(value) : exactNumber(value);
}

/** Compact JSON; with `sorted`, the same for every order of keys. */
export function jsonText(value: unknown, sorted = false): string {
  const exact = exactNumber(value);
  if (exact !== undefined) return exact;
  if (Array.isArray(value)) return `[${value.map((item) => jsonText(item, sorted)).join(',')}]`;
  if (!isObject(value)) return JSON.stringify(value) ?? 'null';
  const keys = sorted ? Object.keys(value).sort() : Object.keys(value);
  return `{${keys.map((key) => `${JSON.stringify(armKey(key))}:${jsonText(value[key], sorted)}`).join(',')}}`;
}

/** The items of a JSON array written as text; undefined for any other text. */
export function readArray(text: string): readonly unknown[] | undefined {
  const value: unknown = text.startsWith('[') ? tryTo(() => JSON.parse(text)) : undefined;
  return Array.isArray(value) ? value : undefined;
}

/** Whether two values are equal, whatever the order of their keys. */
export function sameJson(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((item, i) => item === b[i])) return true;
  return a === b || JSON.stringify(a) === JSON.stringify(b) || jsonText(a, true) === jsonText(b, true);
}

/**
 * Whether objects and arrays are nested more than `levels` deep.
 * @param text what the value was parsed from: where it has few brackets, the value need not be looked at
 */
export function isDeeper(value: unknown, text: string, levels: number): boolean {
  let brackets = 0;
  for (const _ of text.matchAll(/[[{]/g)) {
    brackets += 1;
    if (brackets > levels) return isNested(value, levels);
  }
  return false;
}

function isNested(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null || exactNumber(value) !== undefined) return false;
  return levels === 0 || Object.values(value).some((inner: unknown) => isNested(inner, levels - 1));
}
