import { isObject, type JsonObject } from './json.ts';
import { noData, tooLarge } from './rejection.ts';
import { NotJson, skipSpace, skipString, skipValue } from './scan.ts';
import { parseAt, textOf } from './slice.ts';

const MOST_ENVELOPE_BYTES = 1 << 20;
const LIST_KEY = Buffer.from('"data"');
const BYTE_ORDER_MARK = Buffer.from('\ufeff');

/** One of the pages that an answer consists of, mostly the only one. */
export interface Page {
  /** The position behind it. */
  readonly end: number;
  /** All of it but the entries of its list, which is left empty. */
  readonly envelope: JsonObject;
}

/**
 * Walks through a page: `{…,"data":[…],…}` or a bare list. All but the entries is parsed, as one small document.
 * @param readList walks through the list that begins at a position and returns where it ends
 * @throws NotJson, or RejectedError where there is no list, or too much around it
 */
export function readPage(bytes: Buffer, at: number, readList: (at: number) => number): Page {
  if (bytes[at] === 0x5b) return { end: readList(at), envelope: {} };
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
    const end = isList ? readList(start) : skipValue(bytes, start);
    if (isList) data = [start, end];
    else if (isData) throw noData();
    i = skipSpace(bytes, end);
    if (bytes[i] === 0x2c) i = skipSpace(bytes, i + 1);
    else if (bytes[i] !== 0x7d) throw new NotJson(i);
  }
  const [start, end] = data ?? [i, i];
  if (start - at + i - end > MOST_ENVELOPE_BYTES) {
    // What has no list is something else, whatever its size.
    if (data === undefined) throw noData();
    throw tooLarge(`The answer has more than ${MOST_ENVELOPE_BYTES} bytes around its list.`);
  }
  const text = `${textOf(bytes, at, start)}${data ? '[]' : ''}${textOf(bytes, end, i + 1)}`;
  const envelope = parseAt(text, at);
  if (data === undefined) throw noData(isObject(envelope) ? envelope.error : undefined);
  return { end: i + 1, envelope: isObject(envelope) ? envelope : {} };
}

/** Where a page says that the next one is; a blank link is none. */
export function nextLinkOf({ envelope }: Page): string | undefined {
  const { links } = envelope;
  const next = isObject(links) ? links.next : undefined;
  return typeof next === 'string' && next.trim() !== '' ? next : undefined;
}

/** Where the pages of a body begin: behind its byte order mark and white space. */
export function firstPage(bytes: Buffer): number {
  return skipSpace(
    bytes,
    BYTE_ORDER_MARK.equals(bytes.subarray(0, BYTE_ORDER_MARK.length)) ? BYTE_ORDER_MARK.length : 0,
  );
}
