import { isDeeper } from './json.ts';
import { type Entry, MAX_DEPTH, readEntry } from './model.ts';
import type { Element, ModelList, Range } from './modelList.ts';
import { tooLarge } from './rejection.ts';
import { NotJson, OBJECT_START, QUOTE, skipSpace, skipValue } from './scan.ts';
import { decodeUtf8, parseAt } from './slice.ts';
import { membersOf } from './walk.ts';

const MOST_ENTRY_BYTES = 4 << 20;
/** Changes on most models with every poll, and never counts as a change. */
const VOLATILE_KEY = 'benchmarks';
/** An id has at most 256 characters. */
const MOST_ID_BYTES = 1024;
const ID_KEY = Buffer.from('"id"');
const FEW_BYTES = 8;

/** Reads the elements of a list, taking from a known list those that it also has. */
export class ElementReader {
  readonly #bytes: Buffer;
  readonly #known: ModelList | undefined;
  /** The place in the known list that is tried first: mostly elements follow each other as they did there. */
  #next = 0;
  #placesById: ReadonlyMap<string | null, number> | undefined;

  constructor(bytes: Buffer, known: ModelList | undefined) {
    this.#bytes = bytes;
    this.#known = known;
  }

  /** @throws NotJson, or RejectedError where the element is too large or not UTF-8 */
  read(start: number): Element {
    return (this.#known && this.#readKnown(start, this.#known)) ?? this.#readNew(start);
  }

  #readKnown(start: number, known: ModelList): Element | undefined {
    const next = this.#readAt(start, known, this.#next);
    const place = next === undefined ? this.#guessPlace(start, known) : this.#next;
    if (place === undefined) return undefined;
    this.#next = place + 1;
    return next ?? this.#readAt(start, known, place);
  }

  /** Where the known list has the element's id; only the bytes there prove that it is the same element. */
  #guessPlace(start: number, known: ModelList): number | undefined {
    const id = peekId(this.#bytes, start);
    if (id === undefined || !known.models.has(id)) return undefined;
    if (known.elements[this.#next]?.entry.id === id) return this.#next;
    this.#placesById ??= new Map(known.elements.map(({ entry }, place) => [entry.id, place]));
    return this.#placesById.get(id);
  }

  /** Where the bytes of a known object are found, they are the whole object: no longer one begins with them. */
  #readAt(start: number, known: ModelList, place: number): Element | undefined {
    const element = known.elements[place];
    if (element === undefined || known.bytes[element.start] !== OBJECT_START) return undefined;
    const { start: from, end: to, entry, volatileRange } = element;
    if (isSame(this.#bytes, start, known.bytes, from, to)) {
      return { start, end: start + to - from, entry, volatileRange, takenFrom: place };
    }
    return volatileRange && this.#readAroundVolatile(start, known.bytes, { ...element, volatileRange }, place);
  }

  /** The same element but for the value of its volatile key: only that value is read. */
  #readAroundVolatile(
    start: number,
    knownBytes: Buffer,
    { start: from, end: to, entry, volatileRange }: Element & { readonly volatileRange: Range },
    takenFrom: number,
  ): Element | undefined {
    const bytes = this.#bytes;
    const value = start + volatileRange.from;
    if (entry.model === null || !isSame(bytes, start, knownBytes, from, from + volatileRange.from)) return undefined;
    const valueEnd = skipValue(bytes, value);
    if (!isSame(bytes, valueEnd, knownBytes, from + volatileRange.to, to)) return undefined;
    const text = decodeUtf8(bytes, value, valueEnd);
    // Nobody looks at its numbers, so they need not be exact.
    if (isDeeper(parseAt(text, start, JSON.parse), text, MAX_DEPTH - 1)) return undefined;
    const end = valueEnd + to - from - volatileRange.to;
    return {
      start,
      end,
      takenFrom,
      entry: { ...entry, text: decodeUtf8(bytes, start, end) },
      volatileRange: { from: volatileRange.from, to: valueEnd - start },
    };
  }

  #readNew(start: number): Element {
    const end = skipValue(this.#bytes, start);
    if (end - start > MOST_ENTRY_BYTES) {
      throw tooLarge(`An entry of the list, at byte ${start}, has more than ${MOST_ENTRY_BYTES} bytes.`);
    }
    try {
      const entry = readEntry(decodeUtf8(this.#bytes, start, end));
      return { start, end, entry, volatileRange: findVolatile(this.#bytes, start, entry), takenFrom: undefined };
    } catch (error) {
      if (error instanceof SyntaxError) throw new NotJson(start);
      throw error;
    }
  }
}

/** Looks among the element's own keys: deeper in it the same word is a leaf like any other. */
function findVolatile(bytes: Buffer, start: number, { model }: Entry): Range | undefined {
  if (model === null || !Object.hasOwn(model.document, VOLATILE_KEY)) return undefined;
  const found = membersOf(bytes, start).findLast(({ key }) => key === VOLATILE_KEY);
  return found && { from: found.from - start, to: found.to - start };
}

/** The id of an element that begins with it, as upstream's do. */
function peekId(bytes: Buffer, start: number): string | undefined {
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
