import { RejectedError } from '../errors.ts';
import { ElementReader } from './elements.ts';
import { numberText, parseJson, sameJson } from './json.ts';
import type { Entry, Model } from './model.ts';
import type { ModelList, Quarantined, VolatileRange } from './modelList.ts';
import { firstPage, nextLinkOf, readPage } from './page.ts';
import { notJson, tooLarge, tooMany } from './rejection.ts';
import { NotJson, skipSpace } from './scan.ts';

// Longer than other files: what a hostile list may not exceed stands beside what counts it.

/** More invalid entries than one in so many, and the whole answer is doubtful. */
const INVALID_SHARE = 5;
/**
 * What a list may be at most; a true one has some hundred entries of two kilobytes. Without these, the objects made from
 * a hostile body of 60 MB would take gigabytes and minutes.
 */
const MOST_ENTRIES = 100_000;
/**
 * Prices and other keys of all models together: each may be an event and an interval in one run, which has to end within
 * minutes whatever the list is. A true list of 421 models has 3,000 and 11,000.
 */
const MOST_PRICES = 100_000;
const MOST_LEAVES = 400_000;
/** In the names of all of them; a true list has some 300,000. */
const MOST_NAME_LENGTH = 20_000_000;
/** However many good ones there are: what each broken entry says of itself takes memory too. */
const MOST_BROKEN = 2000;
const MOST_PAGES = 1000;

/**
 * Cuts a body into entries and reads each one. Entries whose bytes also stand in `known` are taken from there, neither
 * parsed nor validated again.
 * @param bytes `{"data":[…]}`, a bare array, or several such objects one behind the other: the pages of one answer
 * @throws RejectedError when this is not a whole model list
 */
export function readModelList(bytes: Buffer, known?: ModelList): ModelList {
  const cutter = new Cutter(bytes, known);
  try {
    cutter.readPages();
  } catch (error) {
    if (error instanceof NotJson) throw notJson(bytes, error);
    throw error;
  }
  if (cutter.entries.length === 0) throw new RejectedError('empty_list', 'Upstream answered with an empty list.');
  return sortOut(cutter);
}

/** Tells good entries, repeated ones and broken ones apart. */
function sortOut({ bytes, starts, ends, entries, volatileRanges }: Cutter): ModelList {
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
  return { bytes, starts, ends, entries, volatileRanges, models, quarantined };
}

/** Walks through a body once, collecting elements. */
class Cutter {
  readonly starts: number[] = [];
  readonly ends: number[] = [];
  readonly entries: Entry[] = [];
  readonly volatileRanges: (VolatileRange | undefined)[] = [];
  readonly bytes: Buffer;
  readonly #reader: ElementReader;
  #broken = 0;
  #prices = 0;
  #leaves = 0;
  #nameLength = 0;

  constructor(bytes: Buffer, known: ModelList | undefined) {
    this.bytes = bytes;
    this.#reader = new ElementReader(bytes, known);
  }

  readPages(): void {
    const totals: string[] = [];
    let pages = 0;
    let at = firstPage(this.bytes);
    let more = true;
    while (more) {
      pages += 1;
      if (pages > MOST_PAGES) throw tooLarge(`The answer has more than ${MOST_PAGES} pages.`);
      const page = readPage(this.bytes, at, (start) => this.#readArray(start));
      const total = numberText(page.envelope.total_count);
      if (total !== undefined) totals.push(total);
      more = nextLinkOf(page) !== undefined;
      at = skipSpace(this.bytes, page.end);
      if (more && at >= this.bytes.length) {
        throw new RejectedError('page_missing', 'The answer is one page of several: it names a next one.');
      }
    }
    if (at < this.bytes.length) throw new NotJson(at);
    const wrong = totals.find((total) => total !== String(this.entries.length));
    if (wrong !== undefined) {
      const counts = `total_count says ${wrong}, the list has ${this.entries.length} entries.`;
      throw new RejectedError('count_mismatch', counts);
    }
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
    if (this.entries.length >= MOST_ENTRIES) throw tooLarge(`The list has more than ${MOST_ENTRIES} entries.`);
    const element = this.#reader.read(start);
    this.starts.push(start);
    this.ends.push(element.end);
    this.entries.push(element.entry);
    if (element.entry.model === null) this.#broken += 1;
    else this.#count(element.entry.model);
    if (this.#broken > MOST_BROKEN)
      throw tooMany(
        this.#broken,
        this.entries,
        this.entries.find(({ model }) => model === null),
      );
    this.volatileRanges.push(element.volatileRange);
    return element.end;
  }

  #count({ prices, leaves, nameLength }: Model): void {
    this.#prices += prices.size;
    this.#leaves += leaves.size;
    this.#nameLength += nameLength;
    if (this.#prices > MOST_PRICES) throw tooLarge(`The list has more than ${MOST_PRICES} prices.`);
    if (this.#leaves > MOST_LEAVES) throw tooLarge(`The list has more than ${MOST_LEAVES} keys beside its prices.`);
    if (this.#nameLength > MOST_NAME_LENGTH)
      throw tooLarge(`The names of the list's prices and keys have more than ${MOST_NAME_LENGTH} characters.`);
  }
}
