import { RejectedError, withoutStop } from '../errors.ts';
import { isObject } from './json.ts';
import type { Entry } from './model.ts';
import { quote } from './quote.ts';
import { NotJson, skipSpace, skipValue } from './scan.ts';
import { decodeUtf8, parseAt } from './slice.ts';
import { withoutMark } from './text/encoding.ts';
import { nameUnreadFormat } from './text/foreignFormat.ts';

/** What an answer should have been, in words. */
export interface Expected {
  readonly noun: string;
  /** The shape that it should have. */
  readonly shape: string;
  /** The code of the rejection where it is JSON of another shape. */
  readonly code: string;
}

const LIST: Expected = { noun: 'a model list', shape: '{"data": [...]} or [...]', code: 'no_data' };

/** The rejection of a body that could not be walked through: not JSON, or JSON that is something else altogether. */
export function notJson(bytes: Buffer, error: NotJson, { noun, shape, code } = LIST): RejectedError {
  const start = skipSpace(bytes, bytes.length - withoutMark(bytes).length);
  if (start >= bytes.length) return new RejectedError('empty_body', 'Upstream answered with an empty body.');
  if (bytes.indexOf('<<<<<<< ', start) === start) {
    return new RejectedError('not_json', `Merge markers stand in what should be ${noun}.`);
  }
  if (bytes[start] === 0x3c) {
    return new RejectedError('not_json', `Upstream answered with a page of HTML or XML, not with ${noun}.`);
  }
  const kind = kindOfJson(bytes, start, error);
  if (kind !== undefined) return new RejectedError(code, `The answer is ${kind}, not ${noun} (${shape}).`);
  const foreign = nameUnreadFormat(bytes);
  if (foreign !== undefined) return new RejectedError('not_json', `The answer ${foreign}.`, { cause: error });
  if (error.at < bytes.length)
    return new RejectedError('not_json', `The answer is not JSON at byte ${error.at}.`, { cause: error });
  const message = `The answer ends in the middle, after ${bytes.length} bytes.`;
  return new RejectedError('cut_off', message, { cause: error });
}

/**
 * What a whole JSON text is that could not be walked through because of what it begins with; undefined for what is not JSON.
 * @param start where it begins, behind a mark and white space
 */
export function kindOfJson(bytes: Buffer, start: number, { at }: NotJson): string | undefined {
  if (at !== start) return undefined;
  try {
    // Bounds the depth, which parsing takes memory for.
    const end = skipValue(bytes, start);
    if (skipSpace(bytes, end) < bytes.length) return undefined;
    const value = parseAt(decodeUtf8(bytes, start, end), start, JSON.parse);
    if (Array.isArray(value)) return 'a JSON array';
    return value === null || typeof value === 'boolean' ? `only ${value} in JSON` : `a JSON ${typeof value}`;
  } catch (error) {
    if (error instanceof NotJson || error instanceof RejectedError) return undefined;
    throw error;
  }
}

export function tooMany(broken: number, entries: number, first: Entry | undefined): RejectedError {
  const { path = '', reason } = first?.issues[0] ?? {};
  const place = path === '' ? '' : ` at ${path}`;
  const message = `${broken} of ${entries} entries are invalid, the first${place}: ${reason}.`;
  return new RejectedError('too_many_invalid', message);
}

export function tooLarge(message: string): RejectedError {
  return new RejectedError('too_large', message);
}

export function noData(error?: unknown): RejectedError {
  const words = isObject(error) && typeof error.message === 'string' ? `: ${withoutStop(quote(error.message))}` : '';
  if (error !== undefined) return new RejectedError('error_object', `Upstream answered with an error${words}.`);
  return new RejectedError('no_data', 'The answer has no "data" array.');
}
