import { isObject, type JsonObject } from './json.ts';
import type { Range } from './modelList.ts';
import { noData, tooLarge } from './rejection.ts';
import { ARRAY_START, skipSpace, skipValue } from './scan.ts';
import { decodeUtf8, parseAt } from './slice.ts';
import { withoutMark } from './text/encoding.ts';
import { walkObject } from './walk.ts';

const MOST_ENVELOPE_BYTES = 1 << 20;

/** A page of an answer; most answers have one. */
export interface Page {
  /** The position behind it. */
  readonly end: number;
  /** The page as a document, its list without entries. */
  readonly envelope: JsonObject;
}

/**
 * Reads a page: `{…,"data":[…],…}` or a bare list. All but the entries is parsed, as one small document.
 * @param readList takes where the list begins; returns where it ends
 * @throws NotJson, or RejectedError where there is no list, or too much around it
 */
export function readPage(bytes: Buffer, at: number, readList: (start: number) => number): Page {
  if (bytes[at] === ARRAY_START) return { end: readList(at), envelope: {} };
  const lists: Range[] = [];
  const end = walkObject(bytes, at, (key, from) => {
    const isList = key === 'data' && bytes[from] === ARRAY_START && lists.length === 0;
    const to = isList ? readList(from) : skipValue(bytes, from);
    if (isList) lists.push({ from, to });
    else if (key === 'data') throw noData();
    return to;
  });
  const [list] = lists;
  if (end - at - (list === undefined ? 0 : list.to - list.from) > MOST_ENVELOPE_BYTES) {
    // Without a list it is something else, whatever its size.
    throw list === undefined
      ? noData()
      : tooLarge(`The answer has more than ${MOST_ENVELOPE_BYTES} bytes around its list.`);
  }
  if (list === undefined) {
    const document = parseAt(decodeUtf8(bytes, at, end), at);
    throw noData(isObject(document) ? document.error : undefined);
  }
  const envelope = parseAt(`${decodeUtf8(bytes, at, list.from)}[]${decodeUtf8(bytes, list.to, end)}`, at);
  return { end, envelope: isObject(envelope) ? envelope : {} };
}

/** The address that a page names as the next page's; a blank one counts as none. */
export function nextLinkOf({ envelope }: Page): string | undefined {
  const { links } = envelope;
  const next = isObject(links) ? links.next : undefined;
  return typeof next === 'string' && next.trim() !== '' ? next : undefined;
}

/** Where the first page of a body begins: behind a byte order mark and white space. */
export function firstPage(bytes: Buffer): number {
  return skipSpace(bytes, bytes.length - withoutMark(bytes).length);
}
