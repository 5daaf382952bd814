import {
  ARRAY_END,
  ARRAY_START,
  BACKSLASH,
  NotJson,
  OBJECT_END,
  OBJECT_START,
  skipSpace,
  skipString,
  skipValue,
} from './scan.ts';

const SPACE = 0x20;
const COMMA = 0x2c;
const COLON = 0x3a;

/**
 * Walks through the members of the object that begins at `at`.
 * @param readMember takes a key and where its value begins; returns where the value ends
 * @returns the position behind the object
 */
export function walkObject(bytes: Buffer, at: number, readMember: (key: string, value: number) => number): number {
  if (bytes[at] !== OBJECT_START) throw new NotJson(at);
  return walkItems(bytes, at, OBJECT_END, (start) => {
    const keyEnd = skipString(bytes, start);
    const colon = skipSpace(bytes, keyEnd);
    if (bytes[colon] !== COLON) throw new NotJson(colon);
    return readMember(readKey(bytes, start, keyEnd), skipSpace(bytes, colon + 1));
  });
}

/**
 * Walks through the elements of the array that begins at `at`.
 * @param readElement takes where an element begins; returns where it ends
 * @returns the position behind the array
 */
export function walkArray(bytes: Buffer, at: number, readElement: (start: number) => number): number {
  if (bytes[at] !== ARRAY_START) throw new NotJson(at);
  return walkItems(bytes, at, ARRAY_END, readElement);
}

function walkItems(bytes: Buffer, at: number, close: number, readItem: (start: number) => number): number {
  let i = skipSpace(bytes, at + 1);
  while (bytes[i] !== close) {
    i = skipSpace(bytes, readItem(i));
    if (bytes[i] === close) break;
    if (bytes[i] !== COMMA) throw new NotJson(i);
    i = skipSpace(bytes, i + 1);
    if (bytes[i] === close) throw new NotJson(i);
  }
  return i + 1;
}

/** A member of an object; its value is `[from, to)`. */
export interface Member {
  readonly key: string;
  readonly from: number;
  readonly to: number;
}

/** The members of the object that begins at `at`, also those whose key is repeated. */
export function membersOf(bytes: Buffer, at: number): Member[] {
  const members: Member[] = [];
  walkObject(bytes, at, (key, from) => {
    const to = skipValue(bytes, from);
    members.push({ key, from, to });
    return to;
  });
  return members;
}

/** Only a key with an escape in it has to be parsed: parsing each one would be most of the work. */
function readKey(bytes: Buffer, start: number, end: number): string {
  let isPlain = true;
  for (let i = start + 1; i < end - 1 && isPlain; i += 1) isPlain = bytes[i] !== BACKSLASH && (bytes[i] ?? 0) >= SPACE;
  if (isPlain) return bytes.toString('utf8', start + 1, end - 1);
  try {
    return String(JSON.parse(bytes.toString('utf8', start, end)));
  } catch {
    throw new NotJson(start);
  }
}
