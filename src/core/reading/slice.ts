import { RejectedError } from '../errors.ts';
import { parseJson } from './json.ts';
import { NotJson } from './scan.ts';

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** @throws RejectedError where the bytes are not UTF-8 */
export function decodeUtf8(bytes: Buffer, start: number, end: number): string {
  try {
    return UTF8.decode(bytes.subarray(start, end));
  } catch (cause) {
    throw new RejectedError('not_utf8', `The answer is not UTF-8 between bytes ${start} and ${end}.`, { cause });
  }
}

/**
 * @param at where the text stands in the body
 * @throws NotJson
 */
export function parseAt(text: string, at: number, read: (text: string) => unknown = parseJson): unknown {
  try {
    return read(text);
  } catch {
    throw new NotJson(at);
  }
}
