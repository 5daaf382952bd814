import { within } from '../../http/deadline.ts';
import { Fault } from './fault.ts';
import {
  checkRequest,
  type FetchOptions,
  failureOf,
  lateFault,
  openSession,
  refuseKey,
  repeatsKey,
  retryTiming,
} from './fetchOptions.ts';
import { collectPages } from './pages.ts';
import { isEtag, requestPage, type Session, takeUnparsable } from './request.ts';
import { LIMITS, type RequestLimits } from './requestLimits.ts';
import { retrying } from './retry.ts';

export interface SourceAnswer {
  /** Null where it is the same as the newest accepted one. */
  readonly body: Buffer | null;
  readonly httpStatus: number | null;
  readonly etag: string | null;
  /** Requests made in all, including retries, redirects and pages. */
  readonly attempts: number;
}

/**
 * Fetches the list: every page, retried where a retry can mend it, within its time and size.
 * A body that is not JSON even at the last attempt is returned as it is, for the reader to judge.
 * @returns the exact decoded bytes, of several pages one after the other; an ETag only of a single page
 * @throws FetchError (exit 3) with the status and the number of requests; UsageError before any request is made.
 *   Neither repeats a secret.
 */
export async function fetchList(options: FetchOptions): Promise<SourceAnswer> {
  const { url } = options;
  checkRequest(options);
  const limits = { ...LIMITS, ...options.limits };
  // Loaded only now, as reading a file can do without these 40 ms.
  const { connect } = await import('./connection.ts');
  const connection = await connect(url, options.env, limits.attemptMs);
  const session = openSession(connection, options);
  const expired = new Fault('timeout', `the whole run took longer than ${limits.runMs / 1000} s`);
  try {
    return await within(limits.runMs, options.signal, expired, (signal) =>
      fetchPages(session, options, limits, signal),
    );
  } catch (error) {
    throw failureOf(error, session, options, session.requests, 'list');
  } finally {
    await connection.close();
  }
}

async function fetchPages(
  session: Session,
  options: FetchOptions,
  limits: RequestLimits,
  signal: AbortSignal,
): Promise<SourceAnswer> {
  const etag = typeof options.etag === 'string' && isEtag(options.etag) ? options.etag : null;
  const timing = retryTiming(session, options, limits);
  const pages = await collectPages(options.url, limits, (url, budget) => {
    session.page += 1;
    const request = (until: AbortSignal) => requestPage(session, url, url === options.url ? etag : null, budget, until);
    const attempt = () => within(limits.attemptMs, signal, lateFault(limits), request);
    return retrying(timing, signal, attempt)
      .catch(takeUnparsable)
      .then((page) => refuseKey(page, options.apiKey));
  });
  const first = pages[0];
  const attempts = session.requests;
  if (first.status === 304) return { body: null, httpStatus: 304, etag: first.etag ?? etag, attempts };
  const body = pages.length === 1 ? first.body : Buffer.concat(pages.map((page) => page.body));
  const isKept = pages.length === 1 && !repeatsKey(first.etag ?? '', options.apiKey);
  return { body, httpStatus: first.status, etag: isKept ? first.etag : null, attempts };
}
