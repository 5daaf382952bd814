import { RejectedError } from './errors.ts';
import { isDeeper, isObject, type JsonObject, numberText, parseJson, sameJson } from './json.ts';
import { type Entry, MAX_DEPTH, readEntry } from './model.ts';
import { NotJson, skipSpace, skipString, skipValue } from './scan.ts';

/** A body, cut into the elements of its list. Element `i` is `bytes[starts[i], ends[i])`. */
export interface Catalog {
  readonly bytes: Buffer;
  readonly starts: readonly number[];
  readonly ends: readonly number[];
  readonly entries: readonly Entry[];
  /** Where in each element the value of its volatile key stands, counted from the element's start. */
  readonly holes: readonly (Hole | undefined)[];
  /** The good entries by id: of equal entries the first; a different later one is in `quarantined`. */
  readonly models: ReadonlyMap<string, Entry>;
  readonly quarantined: readonly Quarantined[];
  /** The catalog against which this one was read, and where in it each element seems to have stood before. */
  readonly origin: { readonly mark: symbol; readonly places: readonly (number | undefined)[] } | undefined;
  /** Tells this catalog from all others. */
  readonly mark: symbol;
}

interface Hole {
  readonly from: number;
  readonly to: number;
}

export interface Quarantined {
  /** Index in the list, from 0. */
  readonly position: number;
  readonly entry: Entry;
}

/** More invalid entries than one in so many, and the whole answer is doubtful. */
const INVALID_SHARE = 5;
/**
 * What a list may be at most; a true one has some hundred entries of two kilobytes. Without these, the objects made from
 * a hostile body of 60 MB would take gigabytes and minutes.
 */
const MOST_ENTRIES = 100_000;
/** With more, no number of good ones would do: what each broken entry says of itself takes memory too. */
const MOST_BROKEN = MOST_ENTRIES / INVALID_SHARE;
const MOST_ENTRY_BYTES = 4 << 20;
const MOST_ENVELOPE_BYTES = 1 << 20;
const MOST_PAGES = 1000;
const GUESS_BYTES = 64;
const LIST_KEY = Buffer.from('"data"');
/** Changes on most models with every poll, and never counts as a change. */
const VOLATILE_KEY = Buffer.from('"benchmarks"');

/** Guesses where in a catalog an element stood before, by its first bytes; the bytes themselves must confirm it. */
export function guessPlace(known: Catalog, bytes: Buffer, start: number): number | undefined {
  const made = guesses.get(known) ?? makeGuesses(known);
  return made.get(bytes.toString('latin1', start, start + GUESS_BYTES));
}

const guesses = new WeakMap<Catalog, ReadonlyMap<string, number>>();

function makeGuesses(known: Catalog): ReadonlyMap<string, number> {
  const made = new Map(known.starts.map((start, i) => [known.bytes.toString('latin1', start, start + GUESS_BYTES), i]));
  guesses.set(known, made);
  return made;
}

/**
 * Cuts a body into entries and reads each one. Entries whose bytes also stand in `known` are taken from there, neither
 * parsed nor validated again.
 * @param bytes `{"data":[…]}`, a bare array, or several such objects one behind the other: the pages of one answer
 * @throws RejectedError when this is not a whole model list
 */
export function readCatalog(bytes: Buffer, known?: Catalog): Catalog {
  const cutter = new Cutter(bytes, known);
  try {
    cutter.readPages();
  } catch (error) {
    if (error instanceof NotJson) throw notJson(bytes, error);
    throw error;
  }
  if (cutter.entries.length === 0) throw new RejectedError('empty_list', 'upstream answered with an empty list');
  return sortOut(cutter);
}

function notJson(bytes: Buffer, error: NotJson): RejectedError {
  const start = skipSpace(bytes, 0);
  if (start >= bytes.length) return new RejectedError('empty_body', 'upstream answered with an empty body');
  if (bytes.indexOf('<<<<<<< ', start) === start)
    return new RejectedError('not_json', 'merge markers stand in the list');
  if (bytes[start] === 0x3c) {
    return new RejectedError('not_json', 'upstream answered with a page of HTML or XML, not with a model list');
  }
  const cutOff = error.at >= bytes.length;
  return new RejectedError(
    cutOff ? 'cut_off' : 'not_json',
    cutOff
      ? `the answer ends in the middle, after ${bytes.length} bytes`
      : `the answer is not JSON at byte ${error.at}`,
    { cause: error },
  );
}

/** Tells good entries, repeated ones and broken ones apart. */
function sortOut({ bytes, starts, ends, entries, holes, origin }: Cutter): Catalog {
  const models = new Map<string, Entry>();
  const quarantined: Quarantined[] = [];
  entries.forEach((entry, position) => {
    const { id, model } = entry;
    if (id === null || model === null) {
      quarantined.push({ position, entry });
      return;
    }
    const first = models.get(id);
    if (first === undefined) models.set(id, entry);
    else if (first.text !== entry.text && !sameJson(parseJson(first.text), parseJson(entry.text))) {
      const reason = 'this id stands in the list already, with other content';
      quarantined.push({ position, entry: { ...entry, model: null, issues: [{ path: 'id', reason }] } });
    }
  });
  if (quarantined.length * INVALID_SHARE > entries.length) {
    throw tooMany(quarantined.length, entries, quarantined[0]?.entry);
  }
  return { bytes, starts, ends, entries, holes, models, quarantined, origin, mark: Symbol('catalog') };
}

/** Walks through a body once, collecting elements. */
class Cutter {
  readonly starts: number[] = [];
  readonly ends: number[] = [];
  readonly entries: Entry[] = [];
  readonly holes: (Hole | undefined)[] = [];
  readonly origin: { readonly mark: symbol; readonly places: (number | undefined)[] } | undefined;
  readonly bytes: Buffer;
  readonly #known: Catalog | undefined;
  /** The place in the known catalog that is tried first. */
  #next = 0;
  #broken = 0;
  readonly #utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

  constructor(bytes: Buffer, known: Catalog | undefined) {
    this.bytes = bytes;
    this.#known = known;
    this.origin = known && { mark: known.mark, places: [] };
  }

  readPages(): void {
    const totals: string[] = [];
    let pages = 0;
    let at = skipSpace(this.bytes, this.bytes.indexOf('\ufeff') === 0 ? 3 : 0);
    let more = true;
    while (more) {
      pages += 1;
      if (pages > MOST_PAGES) throw tooLarge(`the answer has more than ${MOST_PAGES} pages`);
      const isArray = this.bytes[at] === 0x5b;
      const page = isArray ? { end: this.#readArray(at), envelope: {} } : this.#readEnvelope(at);
      const { links, total_count: count } = page.envelope;
      const total = numberText(count);
      if (total !== undefined) totals.push(total);
      const next = isObject(links) ? links.next : undefined;
      more = typeof next === 'string';
      at = skipSpace(this.bytes, page.end);
      if (more && at >= this.bytes.length) {
        throw new RejectedError('page_missing', 'the answer is one page of several: it names a next one');
      }
    }
    if (at < this.bytes.length) throw new NotJson(at);
    const wrong = totals.find((total) => total !== String(this.entries.length));
    if (wrong !== undefined) {
      const counts = `total_count says ${wrong}, the list has ${this.entries.length} entries`;
      throw new RejectedError('count_mismatch', counts);
    }
  }

  /** Reads `{…,"data":[…],…}`; all but the elements is parsed as one small document. */
  #readEnvelope(at: number): { end: number; envelope: JsonObject } {
    const { bytes } = this;
    if (bytes[at] !== 0x7b) throw new NotJson(at);
    let data: [start: number, end: number] | undefined;
    let i = skipSpace(bytes, at + 1);
    while (bytes[i] !== 0x7d) {
      const keyEnd = skipString(bytes, i);
      const isData = LIST_KEY.equals(bytes.subarray(i, keyEnd));
      const colon = skipSpace(bytes, keyEnd);
      if (bytes[colon] !== 0x3a) throw new NotJson(colon);
      const start = skipSpace(bytes, colon + 1);
      const isList = isData && bytes[start] === 0x5b && data === undefined;
      const end = isList ? this.#readArray(start) : skipValue(bytes, start);
      if (isList) data = [start, end];
      else if (isData) throw noData();
      i = skipSpace(bytes, end);
      if (bytes[i] === 0x2c) i = skipSpace(bytes, i + 1);
      else if (bytes[i] !== 0x7d) throw new NotJson(i);
    }
    const [start, end] = data ?? [i, i];
    if (start - at + i - end > MOST_ENVELOPE_BYTES) {
      throw tooLarge(`the answer has more than ${MOST_ENVELOPE_BYTES} bytes around its list`);
    }
    const envelope = this.#parse(`${this.#text(at, start)}${data ? '[]' : ''}${this.#text(end, i + 1)}`, at);
    if (data === undefined) throw noData(isObject(envelope) ? envelope.error : undefined);
    return { end: i + 1, envelope: isObject(envelope) ? envelope : {} };
  }

  #readArray(at: number): number {
    const { bytes } = this;
    let i = skipSpace(bytes, at + 1);
    while (bytes[i] !== 0x5d) {
      i = skipSpace(bytes, this.#readElement(i));
      if (bytes[i] === 0x2c) {
        i = skipSpace(bytes, i + 1);
        if (bytes[i] === 0x5d) throw new NotJson(i);
      } else if (bytes[i] !== 0x5d) throw new NotJson(i);
    }
    return i + 1;
  }

  #readElement(start: number): number {
    if (this.entries.length >= MOST_ENTRIES) throw tooLarge(`the list has more than ${MOST_ENTRIES} entries`);
    const element = (this.#known && this.#readKnown(start, this.#known)) ?? this.#readNew(start);
    this.starts.push(start);
    this.ends.push(element.end);
    this.entries.push(element.entry);
    if (element.entry.model === null) this.#broken += 1;
    if (this.#broken > MOST_BROKEN)
      throw tooMany(
        this.#broken,
        this.entries,
        this.entries.find(({ model }) => model === null),
      );
    this.holes.push(element.hole);
    return element.end;
  }

  /** Mostly the element behind the last known one comes next; else its first bytes tell where it stood. */
  #readKnown(start: number, known: Catalog): Element | undefined {
    const next = this.#readAt(start, known, this.#next);
    const place = next === undefined ? guessPlace(known, this.bytes, start) : this.#next;
    const element = next ?? (place === undefined ? undefined : this.#readAt(start, known, place));
    this.origin?.places.push(place);
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
    const text = this.#text(start + hole.from, valueEnd);
    if (isDeeper(this.#parse(text, start), text, MAX_DEPTH - 1)) return undefined;
    const end = valueEnd + to - from - hole.to;
    return { end, entry: { ...entry, text: this.#text(start, end) }, hole: { from: hole.from, to: valueEnd - start } };
  }

  #readNew(start: number): Element {
    const end = skipValue(this.bytes, start);
    if (end - start > MOST_ENTRY_BYTES) {
      throw tooLarge(`entry ${this.entries.length} of the list has more than ${MOST_ENTRY_BYTES} bytes`);
    }
    try {
      const entry = readEntry(this.#text(start, end));
      return { end, entry, hole: findHole(this.bytes, start, end, entry) };
    } catch (error) {
      if (error instanceof SyntaxError) throw new NotJson(start);
      throw error;
    }
  }

  #text(start: number, end: number): string {
    try {
      return this.#utf8.decode(this.bytes.subarray(start, end));
    } catch (cause) {
      throw new RejectedError('not_utf8', `the answer is not UTF-8 between bytes ${start} and ${end}`, { cause });
    }
  }

  #parse(text: string, at: number): unknown {
    try {
      return parseJson(text);
    } catch {
      throw new NotJson(at);
    }
  }
}

interface Element {
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

/** Whether `known[from, to)` also stands at `start`. */
function isSame(bytes: Buffer, start: number, known: Buffer, from: number, to: number): boolean {
  const end = start + to - from;
  return end <= bytes.length && bytes.compare(known, from, to, start, end) === 0;
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

function tooMany(broken: number, { length }: readonly Entry[], first: Entry | undefined): RejectedError {
  const { path, reason } = first?.issues[0] ?? {};
  return new RejectedError(
    'too_many_invalid',
    `${broken} of ${length} entries are invalid, the first at ${path}: ${reason}`,
  );
}

function tooLarge(message: string): RejectedError {
  return new RejectedError('too_large', message);
}

function noData(error?: unknown): RejectedError {
  const said = isObject(error) && typeof error.message === 'string' ? `: ${error.message.slice(0, 200)}` : '';
  if (error !== undefined) return new RejectedError('error_object', `upstream answered with an error${said}`);
  return new RejectedError('no_data', 'the answer has no "data" array');
}
