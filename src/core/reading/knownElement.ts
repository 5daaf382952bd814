import type { Entry } from './model.ts';
import type { ModelList } from './modelList.ts';
import { skipSpace } from './scan.ts';

/** An id has at most 256 characters. */
const MOST_ID_BYTES = 1024;
const FEW_BYTES = 8;
const QUOTE = 0x22;
const ID_KEY = Buffer.from('"id"');

/**
 * Guesses where in a list an element stood before, by its id; the bytes themselves must confirm it.
 * @param hint the likely place
 */
export function guessPosition(known: ModelList, bytes: Buffer, start: number, hint?: number): number | undefined {
  const id = peekId(bytes, start);
  const entry = id === undefined ? undefined : known.models.get(id);
  if (entry === undefined) return undefined;
  return hint !== undefined && known.entries[hint] === entry ? hint : placesOf(known).get(entry);
}

const places = new WeakMap<ModelList, ReadonlyMap<Entry, number>>();

function placesOf(known: ModelList): ReadonlyMap<Entry, number> {
  const made = places.get(known) ?? new Map(known.entries.map((entry, i) => [entry, i]));
  places.set(known, made);
  return made;
}

/** The id of an element that begins with it, as upstream's do. */
function peekId(bytes: Buffer, start: number): string | undefined {
  const key = skipSpace(bytes, start + 1);
  const keyEnd = key + ID_KEY.length;
  if (!isSame(bytes, key, ID_KEY, 0, ID_KEY.length)) return undefined;
  const value = skipSpace(bytes, skipSpace(bytes, keyEnd) + 1) + 1;
  const end = bytes.indexOf(QUOTE, value);
  return end < 0 || end - value > MOST_ID_BYTES ? undefined : bytes.toString('utf8', value, end);
}

/** Whether `known[from, to)` also stands at `start`. */
export function isSame(bytes: Buffer, start: number, known: Buffer, from: number, to: number): boolean {
  const end = start + to - from;
  if (end > bytes.length) return false;
  if (to - from > FEW_BYTES) return bytes.compare(known, from, to, start, end) === 0;
  // A call out of JavaScript takes longer than a look at a few.
  for (let i = from; i < to; i += 1) if (known[i] !== bytes[start + i - from]) return false;
  return true;
}
