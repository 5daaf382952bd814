import { escapePage } from '../../core/format/text.ts';
import type { Answer } from '../http/answer.ts';

/** A page may load nothing from elsewhere, run nothing inline, and not be shown in a frame. */
export const PAGE_HEADERS = {
  'content-security-policy':
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-cache',
};

/** @param observedAt the instant of the list that the page is made from, if it depends on nothing else */
export function pageAnswer(content: { toString(): string }, observedAt: string | null = null): Answer {
  return {
    type: 'text/html; charset=utf-8',
    body: escapePage(`<!doctype html>${content.toString()}`),
    observedAt,
    headers: PAGE_HEADERS,
  };
}

export function csvAnswer(name: string, body: string): Answer {
  const headers = { ...PAGE_HEADERS, 'content-disposition': `inline; filename="${name}.csv"` };
  return { type: 'text/csv; charset=utf-8', body, headers };
}
