import { RejectedError } from '../errors.ts';

/**
 * Finds where JSON values begin and end in bytes, without parsing them, which is several times cheaper. The values that
 * are skipped are not validated: whoever needs one parses its bytes.
 */

/** Protects JSON.parse, which takes some 45 bytes of memory a level. Much shallower entries are set aside already. */
const DEEPEST = 10_000;
export const QUOTE = 0x22;
export const BACKSLASH = 0x5c;
export const ARRAY_START = 0x5b;
export const ARRAY_END = 0x5d;
export const OBJECT_START = 0x7b;
export const OBJECT_END = 0x7d;

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
