import { RejectedError } from '../errors.ts';

/**
 * Finds where JSON values begin and end in bytes, without parsing them, which is several times cheaper. The values that
 * are skipped are not validated: whoever needs one parses its bytes.
 */

/** Protects the memory of JSON.parse, which takes some 45 bytes a level. Much shallower entries are set aside already. */
const DEEPEST = 10_000;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const SPACE = 0x20;
const COMMA = 0x2c;
const COLON = 0x3a;
export const ARRAY_START = 0x5b;
const ARRAY_END = 0x5d;
export const OBJECT_START = 0x7b;
const OBJECT_END = 0x7d;

/** The bytes end before the value does, or something else stands where a value was expected. */
export class NotJson extends Error {
  readonly at: number;

  constructor(at: number) {
    super(`not JSON at byte ${at}`);
    this.at = at;
  }
}

/** The first position at or after `at` that is not JSON white space. */
export function skipSpace(bytes: Uint8Array, at: number): number {
  let i = at;
  for (;;) {
    const c = bytes[i];
    if (c !== 0x20 && c !== 0x0a && c !== 0x0d && c !== 0x09) return i;
    i += 1;
  }
}

/** The position behind the string whose opening quote is at `at`. */
export function skipString(bytes: Uint8Array, at: number): number {
  if (bytes[at] !== QUOTE) throw new NotJson(at);
  const end = bytes.length;
  let i = at + 1;
  while (i < end) {
    const c = bytes[i];
    if (c === QUOTE) return i + 1;
    i += c === BACKSLASH ? 2 : 1;
  }
  throw new NotJson(end);
}

/** The position behind the value that begins at `at`. */
export function skipValue(bytes: Uint8Array, at: number): number {
  const first = bytes[at];
  if (first === QUOTE) return skipString(bytes, at);
  if (first === OBJECT_START || first === ARRAY_START) return skipNested(bytes, at);
  const end = bytes.length;
  let i = at;
  while (i < end && isScalarByte(bytes[i] ?? 0)) i += 1;
  if (i === at) throw new NotJson(at);
  return i;
}

function skipNested(bytes: Uint8Array, at: number): number {
  const end = bytes.length;
  let depth = 0;
  let i = at;
  while (i < end) {
    const c = bytes[i];
    if (c === QUOTE) {
      i += 1;
      while (i < end && bytes[i] !== QUOTE) i += bytes[i] === BACKSLASH ? 2 : 1;
    } else if (c === OBJECT_START || c === ARRAY_START) {
      depth += 1;
      if (depth > DEEPEST) throw new RejectedError('too_deep', `The answer nests more than ${DEEPEST} levels.`);
    } else if (c === OBJECT_END || c === ARRAY_END) {
      depth -= 1;
      if (depth === 0) return i + 1;
    }
    i += 1;
  }
  throw new NotJson(end);
}

/** Whether true, false, null or a number can contain the byte. */
function isScalarByte(c: number): boolean {
  return (c >= 0x30 && c <= 0x39) || (c >= 0x61 && c <= 0x7a) || c === 0x2d || c === 0x2b || c === 0x2e || c === 0x45;
}

/**
 * Walks through the members of the object that begins at `at`.
 * @param readMember takes a key and where its value begins; returns where the value ends
 * @returns the position behind the object
 */
export function walkObject(bytes: Buffer, at: number, readMember: (key: string, value: number) => number): number {
  if (bytes[at] !== OBJECT_START) throw new NotJson(at);
  return walkItems(bytes, at, OBJECT_END, (start) => {
    const keyEnd = skipString(bytes, start);
    const colon = skipSpace(bytes, keyEnd);
    if (bytes[colon] !== COLON) throw new NotJson(colon);
    return readMember(readKey(bytes, start, keyEnd), skipSpace(bytes, colon + 1));
  });
}

/**
 * Walks through the elements of the array that begins at `at`.
 * @param readElement takes where an element begins; returns where it ends
 * @returns the position behind the array
 */
export function walkArray(bytes: Buffer, at: number, readElement: (start: number) => number): number {
  if (bytes[at] !== ARRAY_START) throw new NotJson(at);
  return walkItems(bytes, at, ARRAY_END, readElement);
}

function walkItems(bytes: Buffer, at: number, close: number, readItem: (start: number) => number): number {
  let i = skipSpace(bytes, at + 1);
  while (bytes[i] !== close) {
    i = skipSpace(bytes, readItem(i));
    if (bytes[i] === close) break;
    if (bytes[i] !== COMMA) throw new NotJson(i);
    i = skipSpace(bytes, i + 1);
    if (bytes[i] === close) throw new NotJson(i);
  }
  return i + 1;
}

/** A member of an object; its value is `[from, to)`. */
export interface Member {
  readonly key: string;
  readonly from: number;
  readonly to: number;
}

/** The members of the object that begins at `at`, also those whose key is repeated. */
export function membersOf(bytes: Buffer, at: number): Member[] {
  const members: Member[] = [];
  walkObject(bytes, at, (key, from) => {
    const to = skipValue(bytes, from);
    members.push({ key, from, to });
    return to;
  });
  return members;
}

/** Only a key with an escape in it has to be parsed: parsing each one would be most of the work. */
function readKey(bytes: Buffer, start: number, end: number): string {
  let isPlain = true;
  for (let i = start + 1; i < end - 1 && isPlain; i += 1) isPlain = bytes[i] !== BACKSLASH && (bytes[i] ?? 0) >= SPACE;
  if (isPlain) return bytes.toString('utf8', start + 1, end - 1);
  try {
    return String(JSON.parse(bytes.toString('utf8', start, end)));
  } catch {
    throw new NotJson(start);
  }
}
