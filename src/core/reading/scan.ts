import { RejectedError } from '../errors.ts';

/**
 * Where JSON values begin and end in bytes, without parsing them. Finding an end is several times cheaper than
 * parsing and needs no string. What lies between is not validated here: whoever reads a range parses it.
 */

/** JSON.parse takes some 45 bytes a level; an entry that is nested deeper than true ones is set aside long before. */
const DEEPEST = 10_000;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

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
  if (first === 0x7b || first === 0x5b) return skipNested(bytes, at);
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
    } else if (c === 0x7b || c === 0x5b) {
      depth += 1;
      if (depth > DEEPEST) throw new RejectedError('too_deep', `The answer nests more than ${DEEPEST} levels.`);
    } else if (c === 0x7d || c === 0x5d) {
      depth -= 1;
      if (depth === 0) return i + 1;
    }
    i += 1;
  }
  throw new NotJson(end);
}

/** Letters, digits and the signs of numbers: all that true, false, null and numbers are made of. */
function isScalarByte(c: number): boolean {
  return (c >= 0x30 && c <= 0x39) || (c >= 0x61 && c <= 0x7a) || c === 0x2d || c === 0x2b || c === 0x2e || c === 0x45;
}
