import { RejectedError } from '../errors.ts';
import { ElementReader } from './elements.ts';
import { numberText, parseJson, sameJson } from './json.ts';
import type { Entry, ParsedModel } from './model.ts';
import type { Element, ModelList, Quarantined } from './modelList.ts';
import { firstPage, nextLinkOf, readPage } from './page.ts';
import { notJson, tooLarge, tooMany } from './rejection.ts';
import { NotJson, skipSpace } from './scan.ts';
import { walkArray } from './walk.ts';

/** The whole answer is rejected where more than one in so many entries is invalid. */
const INVALID_SHARE = 5;
/**
 * Bounds for a list; real ones have some hundred entries of two kilobytes. Without bounds, the objects made from a
 * hostile body of 60 MB would take gigabytes and minutes.
 */
const MOST_ENTRIES = 100_000;
/**
 * Of all models together: each price and leaf may be an event and an interval in one run, which has to end within
 * minutes. A real list of 421 models has 3,000 prices and 11,000 leaves.
 */
const MOST_PRICES = 100_000;
const MOST_LEAVES = 400_000;
/** Characters in the names of all of them; a real list has some 300,000. */
const MOST_NAME_LENGTH = 20_000_000;
/** However many good entries there are: the issues of broken ones take memory too. */
const MOST_BROKEN = 2000;
const MOST_PAGES = 1000;

/**
 * Cuts a body into entries and reads each one. Entries whose bytes also stand in `known` are taken from there, neither
 * parsed nor validated again.
 * @param bytes `{"data":[…]}`, a bare array, or several such objects one behind the other: the pages of one answer
 * @throws RejectedError when this is not a whole model list
 */
export function readModelList(bytes: Buffer, known?: ModelList): ModelList {
  const reader = new ListReader(bytes, known);
  try {
    reader.readPages();
  } catch (error) {
    if (error instanceof NotJson) throw notJson(bytes, error);
    throw error;
  }
  if (reader.elements.length === 0) throw new RejectedError('empty_list', 'Upstream answered with an empty list.');
  return sortOut(bytes, reader.elements);
}

/** Tells good entries, repeated ones and broken ones apart. */
function sortOut(bytes: Buffer, elements: readonly Element[]): ModelList {
  const models = new Map<string, Entry>();
  const quarantined: Quarantined[] = [];
  elements.forEach(({ entry }, position) => {
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
  if (quarantined.length * INVALID_SHARE > elements.length) {
    throw tooMany(quarantined.length, elements.length, quarantined[0]?.entry);
  }
  return { bytes, elements, models, quarantined };
}

/** Walks through a body once, collecting elements. */
class ListReader {
  readonly elements: Element[] = [];
  readonly #bytes: Buffer;
  readonly #reader: ElementReader;
  #broken = 0;
  #prices = 0;
  #leaves = 0;
  #nameLength = 0;

  constructor(bytes: Buffer, known: ModelList | undefined) {
    this.#bytes = bytes;
    this.#reader = new ElementReader(bytes, known);
  }

  readPages(): void {
    const totals: string[] = [];
    let pages = 0;
    let at = firstPage(this.#bytes);
    let more = true;
    while (more) {
      pages += 1;
      if (pages > MOST_PAGES) throw tooLarge(`The answer has more than ${MOST_PAGES} pages.`);
      const page = readPage(this.#bytes, at, (list) =>
        walkArray(this.#bytes, list, (start) => this.#readElement(start)),
      );
      const { total_count: count } = page.envelope;
      const total = typeof count === 'string' && /^\d+$/.test(count) ? count : numberText(count);
      if (total !== undefined) totals.push(total);
      more = nextLinkOf(page) !== undefined;
      at = skipSpace(this.#bytes, page.end);
      if (more && at >= this.#bytes.length) {
        throw new RejectedError('page_missing', 'The answer is one page of several: it names a next one.');
      }
    }
    if (at < this.#bytes.length) throw new NotJson(at);
    const wrong = totals.find((total) => total !== String(this.elements.length));
    if (wrong !== undefined) {
      const counts = `total_count says ${wrong}, the list has ${this.elements.length} entries.`;
      throw new RejectedError('count_mismatch', counts);
    }
  }

  #readElement(start: number): number {
    if (this.elements.length >= MOST_ENTRIES) throw tooLarge(`The list has more than ${MOST_ENTRIES} entries.`);
    const element = this.#reader.read(start);
    this.elements.push(element);
    if (element.entry.model !== null) this.#count(element.entry.model);
    else if (++this.#broken > MOST_BROKEN) {
      const first = this.elements.find(({ entry }) => entry.model === null);
      throw tooMany(this.#broken, this.elements.length, first?.entry);
    }
    return element.end;
  }

  #count({ prices, leaves, nameLength }: ParsedModel): void {
    this.#prices += prices.size;
    this.#leaves += leaves.size;
    this.#nameLength += nameLength;
    if (this.#prices > MOST_PRICES) throw tooLarge(`The list has more than ${MOST_PRICES} prices.`);
    if (this.#leaves > MOST_LEAVES) throw tooLarge(`The list has more than ${MOST_LEAVES} keys beside its prices.`);
    if (this.#nameLength > MOST_NAME_LENGTH)
      throw tooLarge(`The names of the list's prices and keys have more than ${MOST_NAME_LENGTH} characters.`);
  }
}
