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

/** Where a page ends, and its list; undefined where it has none, or something else under that name. */
interface WalkedPage {
  readonly end: number;
  readonly list: Range | undefined;
}

/**
 * Walks through a page: `{…,"data":[…],…}` or a bare list.
 * @param readList takes where the list begins; returns where it ends
 * @throws NotJson
 */
export function walkPage(bytes: Buffer, at: number, readList: (start: number) => number): WalkedPage {
  if (bytes[at] === ARRAY_START) {
    const to = readList(at);
    return { end: to, list: { from: at, to } };
  }
  const data: Range[] = [];
  const end = walkObject(bytes, at, (key, from) => {
    const isList = key === 'data' && bytes[from] === ARRAY_START && data.length === 0;
    const to = isList ? readList(from) : skipValue(bytes, from);
    if (key === 'data') data.push({ from, to });
    return to;
  });
  const [first, second] = data;
  const isList = first !== undefined && second === undefined && bytes[first.from] === ARRAY_START;
  return { end, list: isList ? first : undefined };
}

/**
 * Reads a page: all but the entries is parsed, as one small document.
 * @param readList as of {@link walkPage}
 * @throws NotJson, or RejectedError where there is no list, or too much around it
 */
export function readPage(bytes: Buffer, at: number, readList: (start: number) => number): Page {
  return readEnvelope(bytes, at, walkPage(bytes, at, readList));
}

/** @throws as {@link readPage} */
export function readEnvelope(bytes: Buffer, at: number, { end, list }: WalkedPage): Page {
  if (list?.from === at) return { end, envelope: {} };
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
