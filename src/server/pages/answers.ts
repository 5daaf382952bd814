import { escapePage } from '../../core/format/text.ts';
import type { Answer } from '../http/answer.ts';

/** Nothing from elsewhere, nothing inline, no frame around it. */
export const PAGE_HEADERS = {
  'content-security-policy':
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-cache',
};

/** @param observedAt the instant of the list that it is made from, where it depends on nothing else */
export function page(content: { toString(): string }, observedAt: string | null = null): Answer {
  return {
    type: 'text/html; charset=utf-8',
    body: escapePage(`<!doctype html>${content.toString()}`),
    observedAt,
    headers: PAGE_HEADERS,
  };
}

export function table(name: string, body: string): Answer {
  const headers = { ...PAGE_HEADERS, 'content-disposition': `inline; filename="${name}.csv"` };
  return { type: 'text/csv; charset=utf-8', body, headers };
}
