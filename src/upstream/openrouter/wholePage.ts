import { RejectedError, tryTo } from '../../core/errors.ts';
import { isObject } from '../../core/reading/json.ts';
import { firstPage, nextLinkOf, readEnvelope, walkPage } from '../../core/reading/page.ts';
import { kindOfJson } from '../../core/reading/rejection.ts';
import { NotJson, skipSpace, skipValue } from '../../core/reading/scan.ts';

/** Either a whole page, with the address of the next one, or what came instead, in words. */
export type Reading = { readonly next: string | undefined } | { readonly unparsable: string };

/** How many decoded bytes may still come, and how many in all pages together. */
export interface ByteBudget {
  readonly left: number;
  readonly total: number;
}

/**
 * Whether a page is whole, and which one it names as the next; half a gzip stream, for one, passes the HTTP library as
 * a whole answer. Its brackets and strings are followed to the end and only what stands around the list is parsed: the
 * entries are read, and judged, once and elsewhere.
 */
export function readWholePage(body: Buffer, contentType: string | null): Reading {
  const at = firstPage(body);
  if (at >= body.length) return { unparsable: 'an empty answer' };
  try {
    const walked = walkPage(body, at, (list) => skipValue(body, list));
    if (skipSpace(body, walked.end) < body.length) throw new NotJson(walked.end);
    // Without a list it is an answer about endpoints, or nothing that asking again would make a list.
    return { next: walked.list && nextLinkOf(readEnvelope(body, at, walked)) };
  } catch (error) {
    if (error instanceof NotJson && kindOfJson(body, at, error) === undefined)
      return { unparsable: describePage(body.toString('utf8', 0, 1024), contentType) };
    if (!(error instanceof NotJson) && !(error instanceof RejectedError)) throw error;
    // It is whole but no list, and asking again would not make it one.
    return error instanceof RejectedError && error.code === 'too_deep'
      ? { unparsable: 'JSON nested beyond all measure' }
      : { next: undefined };
  }
}

/** `{"error":{"message":"…"}}` as upstream writes it. */
export function readErrorMessage(text: string): string | undefined {
  const answer: unknown = tryTo(() => JSON.parse(text));
  const error = isObject(answer) ? answer.error : undefined;
  const message = isObject(error) ? error.message : undefined;
  return typeof message === 'string' && message.trim() !== '' ? message.trim() : undefined;
}

/** Describes what came instead of JSON, by its beginning and its content type. */
export function describePage(text: string, contentType: string | null): string {
  const start = text.trimStart().slice(0, 1024).toLowerCase();
  if (start.startsWith('<!doctype html') || start.startsWith('<html')) return 'an HTML page instead of JSON';
  if (start.startsWith('<?xml') || start.startsWith('<rss')) return 'XML instead of JSON';
  if (start.startsWith('<'))
    return /html/i.test(contentType ?? '') ? 'an HTML page instead of JSON' : 'markup instead of JSON';
  return /^[[{]/.test(start) ? 'JSON that is cut off or broken' : 'something that is not JSON';
}
