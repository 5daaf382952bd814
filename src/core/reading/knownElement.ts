import { skipSpace } from './scan.ts';

/** An id has at most 256 characters. */
const MOST_ID_BYTES = 1024;
const FEW_BYTES = 8;
const QUOTE = 0x22;
const ID_KEY = Buffer.from('"id"');

/** The id of an element that begins with it, as upstream's do. */
export function peekId(bytes: Buffer, start: number): string | undefined {
  const key = skipSpace(bytes, start + 1);
  if (!isSame(bytes, key, ID_KEY, 0, ID_KEY.length)) return undefined;
  const value = skipSpace(bytes, skipSpace(bytes, key + ID_KEY.length) + 1) + 1;
  const end = bytes.indexOf(QUOTE, value);
  return end < 0 || end - value > MOST_ID_BYTES ? undefined : bytes.toString('utf8', value, end);
}

/** Whether `known[from, to)` also stands at `start`. */
export function isSame(bytes: Buffer, start: number, known: Buffer, from: number, to: number): boolean {
  const end = start + to - from;
  if (end > bytes.length) return false;
  if (to - from > FEW_BYTES) return bytes.compare(known, from, to, start, end) === 0;
  // For a few bytes a call out of JavaScript takes longer than comparing them here.
  for (let i = from; i < to; i += 1) if (known[i] !== bytes[start + i - from]) return false;
  return true;
}
