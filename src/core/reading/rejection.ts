import { RejectedError, withoutStop } from '../errors.ts';
import { isObject } from './json.ts';
import type { Entry } from './model.ts';
import { quote } from './quote.ts';
import { type NotJson, skipSpace } from './scan.ts';

export function notJson(bytes: Buffer, error: NotJson): RejectedError {
  const start = skipSpace(bytes, 0);
  if (start >= bytes.length) return new RejectedError('empty_body', 'Upstream answered with an empty body.');
  if (bytes.indexOf('<<<<<<< ', start) === start) {
    return new RejectedError('not_json', 'Merge markers stand in the list.');
  }
  if (bytes[start] === 0x3c) {
    return new RejectedError('not_json', 'Upstream answered with a page of HTML or XML, not with a model list.');
  }
  if (error.at < bytes.length)
    return new RejectedError('not_json', `The answer is not JSON at byte ${error.at}.`, { cause: error });
  const message = `The answer ends in the middle, after ${bytes.length} bytes.`;
  return new RejectedError('cut_off', message, { cause: error });
}

export function tooMany(broken: number, entries: number, first: Entry | undefined): RejectedError {
  const { path, reason } = first?.issues[0] ?? {};
  const message = `${broken} of ${entries} entries are invalid, the first at ${path}: ${reason}.`;
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
