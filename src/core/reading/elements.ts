import { isDeeper } from './json.ts';
import { guessPosition, isSame } from './knownElement.ts';
import { type Entry, MAX_DEPTH, readEntry } from './model.ts';
import type { ModelList, VolatileRange } from './modelList.ts';
import { tooLarge } from './rejection.ts';
import { NotJson, skipSpace, skipString, skipValue } from './scan.ts';
import { parseAt, textOf } from './slice.ts';

const MOST_ENTRY_BYTES = 4 << 20;
/** Changes on most models with every poll, and never counts as a change. */
const VOLATILE_KEY = Buffer.from('"benchmarks"');

/** Reads the elements of a list, taking from a known list those that stand in it. */
export class ElementReader {
  readonly bytes: Buffer;
  readonly #known: ModelList | undefined;
  /** The place in the known list that is tried first. */
  #next = 0;

  constructor(bytes: Buffer, known: ModelList | undefined) {
    this.bytes = bytes;
    this.#known = known;
  }

  /** @throws NotJson, or RejectedError where the element is too large or not UTF-8 */
  read(start: number): Element {
    return (this.#known && this.#readKnown(start, this.#known)) ?? this.#readNew(start);
  }

  /** Mostly the element behind the last known one comes next; else its id tells where it stood. */
  #readKnown(start: number, known: ModelList): Element | undefined {
    const next = this.#readAt(start, known, this.#next);
    const place = next === undefined ? guessPosition(known, this.bytes, start, this.#next) : this.#next;
    const element = next ?? (place === undefined ? undefined : this.#readAt(start, known, place));
    if (place !== undefined) this.#next = place + 1;
    return element;
  }

  /** An object is its own end mark: where a known object's bytes stand, no other object can begin. */
  #readAt(start: number, known: ModelList, place: number): Element | undefined {
    const entry = known.entries[place];
    const from = known.starts[place];
    const to = known.ends[place];
    if (entry === undefined || from === undefined || to === undefined || known.bytes[from] !== 0x7b) return undefined;
    const volatileRange = known.volatileRanges[place];
    if (isSame(this.bytes, start, known.bytes, from, to)) return { end: start + to - from, entry, volatileRange };
    return volatileRange && this.#readAroundVolatile(start, entry, { bytes: known.bytes, from, to, volatileRange });
  }

  /** The same element but for the value of its volatile key, which is all that has to be read. */
  #readAroundVolatile(start: number, entry: Entry, known: KnownElement): Element | undefined {
    const { from, to, volatileRange } = known;
    if (entry.model === null || !isSame(this.bytes, start, known.bytes, from, from + volatileRange.from))
      return undefined;
    const valueEnd = skipValue(this.bytes, start + volatileRange.from);
    if (!isSame(this.bytes, valueEnd, known.bytes, from + volatileRange.to, to)) return undefined;
    const text = textOf(this.bytes, start + volatileRange.from, valueEnd);
    // Its numbers are looked at by nobody, so they need not be exact.
    if (isDeeper(parseAt(text, start, JSON.parse), text, MAX_DEPTH - 1)) return undefined;
    const end = valueEnd + to - from - volatileRange.to;
    const { id, model, issues } = entry;
    return {
      end,
      entry: { text: textOf(this.bytes, start, end), id, model, issues },
      volatileRange: { from: volatileRange.from, to: valueEnd - start },
    };
  }

  #readNew(start: number): Element {
    const end = skipValue(this.bytes, start);
    if (end - start > MOST_ENTRY_BYTES) {
      throw tooLarge(`An entry of the list, at byte ${start}, has more than ${MOST_ENTRY_BYTES} bytes.`);
    }
    try {
      const entry = readEntry(textOf(this.bytes, start, end));
      return { end, entry, volatileRange: findVolatile(this.bytes, start, end, entry) };
    } catch (error) {
      if (error instanceof SyntaxError) throw new NotJson(start);
      throw error;
    }
  }
}

export interface Element {
  readonly end: number;
  readonly entry: Entry;
  readonly volatileRange: VolatileRange | undefined;
}

interface KnownElement {
  readonly bytes: Buffer;
  readonly from: number;
  readonly to: number;
  readonly volatileRange: VolatileRange;
}

/** Walks through the element's own keys: the same word may stand deeper in it, where it is a leaf like any other. */
function findVolatile(bytes: Buffer, start: number, end: number, { model }: Entry): VolatileRange | undefined {
  if (model === null || !Object.hasOwn(model.document, 'benchmarks')) return undefined;
  let volatileRange: VolatileRange | undefined;
  let i = skipSpace(bytes, start + 1);
  while (i < end && bytes[i] === 0x22) {
    const keyEnd = skipString(bytes, i);
    const value = skipSpace(bytes, skipSpace(bytes, keyEnd) + 1);
    const valueEnd = skipValue(bytes, value);
    if (VOLATILE_KEY.equals(bytes.subarray(i, keyEnd))) volatileRange = { from: value - start, to: valueEnd - start };
    i = skipSpace(bytes, skipSpace(bytes, valueEnd) + 1);
  }
  return volatileRange;
}
