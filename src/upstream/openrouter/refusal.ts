import { quote } from '../../core/reading/quote.ts';
import type { HttpAnswer } from '../../http/exchange.ts';
import { readRetryAfter } from '../../http/retryAfter.ts';
import { Fault, type Redact } from './fault.ts';
import { describePage, readErrorMessage } from './wholePage.ts';

/**
 * The fault for an answer that is no list: with upstream's own words, whether to retry, and what to do.
 * @param now milliseconds since 1970, for a `Retry-After` that is a date
 */
export function readRefusal({ status, body, header }: HttpAnswer, redact: Redact, now: number): Fault {
  const text = body.toString();
  const message = readErrorMessage(text);
  const word = text.trimStart().startsWith('<') ? ` with ${describePage(text, header('content-type'))}` : '';
  const unasked = status === 304 ? ' although nothing was asked conditionally' : '';
  const reason = `it answered ${status}${unasked}${message === undefined ? word : `: "${quote(redact(message))}"`}`;
  return new Fault('http_error', reason, {
    httpStatus: status,
    retry: status === 408 || status === 429 || status >= 500,
    retryAfterMs: readRetryAfter(header('retry-after'), now),
    ...hintFor(status),
  });
}

function hintFor(status: number): { hint?: string } {
  if (status === 401) return { hint: 'Check OPENROUTER_API_KEY, or unset it: the list is public.' };
  if (status === 403) return { hint: 'Check OPENROUTER_API_KEY and whether this network may use upstream.' };
  if (status === 429) return { hint: 'Poll less often: hourly is plenty, the list is cached for minutes.' };
  if (status >= 500 || status === 408) return { hint: 'Wait: upstream is in trouble, and the next run tries again.' };
  return {};
}
