import { RejectedError } from '../errors.ts';
import { isDeeper, parseJson } from './json.ts';
import { guessPlace, isSame } from './knownElement.ts';
import type { Catalog, Hole } from './list.ts';
import { type Entry, MAX_DEPTH, readEntry } from './model.ts';
import { tooLarge } from './rejection.ts';
import { NotJson, skipSpace, skipString, skipValue } from './scan.ts';

const MOST_ENTRY_BYTES = 4 << 20;
/** Changes on most models with every poll, and never counts as a change. */
const VOLATILE_KEY = Buffer.from('"benchmarks"');

/** Reads the elements of a list, taking from a known catalog those that stand in it. */
export class ElementReader {
  /** Where in the known catalog each element seems to have stood. */
  readonly places: (number | undefined)[] = [];
  readonly bytes: Buffer;
  readonly #known: Catalog | undefined;
  /** The place in the known catalog that is tried first. */
  #next = 0;
  readonly #utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

  constructor(bytes: Buffer, known: Catalog | undefined) {
    this.bytes = bytes;
    this.#known = known;
  }

  /** @throws NotJson, or RejectedError where the element is too large or not UTF-8 */
  read(start: number): Element {
    return (this.#known && this.#readKnown(start, this.#known)) ?? this.#readNew(start);
  }

  /** Mostly the element behind the last known one comes next; else its id tells where it stood. */
  #readKnown(start: number, known: Catalog): Element | undefined {
    const next = this.#readAt(start, known, this.#next);
    const place = next === undefined ? guessPlace(known, this.bytes, start, this.#next) : this.#next;
    const element = next ?? (place === undefined ? undefined : this.#readAt(start, known, place));
    this.places.push(place);
    if (place !== undefined) this.#next = place + 1;
    return element;
  }

  /** An object is its own end mark: where a known object's bytes stand, no other object can begin. */
  #readAt(start: number, known: Catalog, place: number): Element | undefined {
    const entry = known.entries[place];
    const from = known.starts[place];
    const to = known.ends[place];
    if (entry === undefined || from === undefined || to === undefined || known.bytes[from] !== 0x7b) return undefined;
    const hole = known.holes[place];
    if (isSame(this.bytes, start, known.bytes, from, to)) return { end: start + to - from, entry, hole };
    return hole && this.#readAroundHole(start, entry, { bytes: known.bytes, from, to, hole });
  }

  /** The same element but for the value of its volatile key, which is all that has to be read. */
  #readAroundHole(start: number, entry: Entry, known: KnownElement): Element | undefined {
    const { from, to, hole } = known;
    if (entry.model === null || !isSame(this.bytes, start, known.bytes, from, from + hole.from)) return undefined;
    const valueEnd = skipValue(this.bytes, start + hole.from);
    if (!isSame(this.bytes, valueEnd, known.bytes, from + hole.to, to)) return undefined;
    const text = this.text(start + hole.from, valueEnd);
    // Its numbers are looked at by nobody, so they need not be exact.
    if (isDeeper(this.parse(text, start, JSON.parse), text, MAX_DEPTH - 1)) return undefined;
    const end = valueEnd + to - from - hole.to;
    const { id, model, issues } = entry;
    return {
      end,
      entry: { text: this.text(start, end), id, model, issues },
      hole: { from: hole.from, to: valueEnd - start },
    };
  }

  #readNew(start: number): Element {
    const end = skipValue(this.bytes, start);
    if (end - start > MOST_ENTRY_BYTES) {
      throw tooLarge(`an entry of the list, at byte ${start}, has more than ${MOST_ENTRY_BYTES} bytes`);
    }
    try {
      const entry = readEntry(this.text(start, end));
      return { end, entry, hole: findHole(this.bytes, start, end, entry) };
    } catch (error) {
      if (error instanceof SyntaxError) throw new NotJson(start);
      throw error;
    }
  }

  text(start: number, end: number): string {
    try {
      return this.#utf8.decode(this.bytes.subarray(start, end));
    } catch (cause) {
      throw new RejectedError('not_utf8', `the answer is not UTF-8 between bytes ${start} and ${end}`, { cause });
    }
  }

  parse(text: string, at: number, read: (text: string) => unknown = parseJson): unknown {
    try {
      return read(text);
    } catch {
      throw new NotJson(at);
    }
  }
}

export interface Element {
  readonly end: number;
  readonly entry: Entry;
  readonly hole: Hole | undefined;
}

interface KnownElement {
  readonly bytes: Buffer;
  readonly from: number;
  readonly to: number;
  readonly hole: Hole;
}

/** Walks through the element's own keys: the same word may stand deeper in it, where it is a leaf like any other. */
function findHole(bytes: Buffer, start: number, end: number, { model }: Entry): Hole | undefined {
  if (model === null || !Object.hasOwn(model.document, 'benchmarks')) return undefined;
  let hole: Hole | undefined;
  let i = skipSpace(bytes, start + 1);
  while (i < end && bytes[i] === 0x22) {
    const keyEnd = skipString(bytes, i);
    const value = skipSpace(bytes, skipSpace(bytes, keyEnd) + 1);
    const valueEnd = skipValue(bytes, value);
    if (VOLATILE_KEY.equals(bytes.subarray(i, keyEnd))) hole = { from: value - start, to: valueEnd - start };
    i = skipSpace(bytes, skipSpace(bytes, valueEnd) + 1);
  }
  return hole;
}
