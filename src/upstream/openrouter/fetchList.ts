import { setTimeout as sleep } from 'node:timers/promises';
import type { Env } from '../../config/settings.ts';
import { UsageError } from '../../core/errors.ts';
import { within } from '../../http/deadline.ts';
import type { Room } from './body.ts';
import { checkApiKey } from './credentials.ts';
import { describeUrl, Fault, FetchError, redactor } from './fault.ts';
import { collectPages } from './pages.ts';
import { type AnswerPage, isEtag, requestPage, type Session, UnparsablePage } from './request.ts';
import { LIMITS, type RequestLimits } from './requestLimits.ts';
import { retrying } from './retry.ts';

/** One complete answer, all pages. */
export interface ListAnswer {
  readonly kind: 'answer';
  /** The exact decoded bytes; of several pages their bytes in order, nothing between. */
  readonly body: Buffer;
  readonly httpStatus: number;
  /** Of a single-page answer; null otherwise. */
  readonly etag: string | null;
  readonly contentType: string | null;
  /** Requests made in all: retries, redirects and pages included. */
  readonly attempts: number;
}

export interface NotModified {
  readonly kind: 'not-modified';
  readonly httpStatus: 304;
  readonly etag: string | null;
  readonly attempts: number;
}

export interface RetryNote {
  /** The number of the request that failed. */
  readonly attempt: number;
  readonly reason: string;
  readonly delayMs: number;
}

export interface FetchOptions {
  /** http or https, without credentials. */
  readonly url: URL;
  /** Sent as a bearer token, to the origin of `url` only. */
  readonly apiKey?: string | undefined;
  /** Sent as `If-None-Match`. */
  readonly etag?: string | null;
  /** `HTTPS_PROXY`, `HTTP_PROXY`, `NO_PROXY`, and the same in lower case. */
  readonly env: Env;
  readonly userAgent: string;
  /** A stop asked for by the caller. */
  readonly signal?: AbortSignal;
  readonly limits?: Partial<RequestLimits>;
  readonly wait?: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly random?: () => number;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  readonly onRetry?: (note: RetryNote) => void;
}

/**
 * Fetches the list: every page, retried where a retry can mend it, within its time and size.
 * A body that is not JSON even at the last attempt is returned as it is: judging it is the reader's task.
 * @throws FetchError (exit 3) with the status and the number of requests; UsageError before any request is made.
 *   Neither repeats a secret.
 */
export async function fetchList(options: FetchOptions): Promise<ListAnswer | NotModified> {
  const { url } = options;
  checkRequest(options);
  const limits = { ...LIMITS, ...options.limits };
  // Loaded here because it costs 40 ms, which reading a file need not pay.
  const { connect } = await import('./connection.ts');
  const connection = await connect(url, options.env, limits.attemptMs);
  const redact = redactor([options.apiKey, ...connection.secrets]);
  const session: Session = {
    connection,
    headers: writeHeaders(options),
    redact,
    now: options.now ?? Date.now,
    requests: 0,
  };
  const expired = new Fault('timeout', `the whole run took longer than ${limits.runMs / 1000} s`);
  try {
    return await within(limits.runMs, options.signal, expired, (signal) =>
      fetchPages(session, options, limits, signal),
    );
  } catch (error) {
    const fault = options.signal?.aborted === true ? new Fault('stopped', 'it was stopped') : error;
    throw fault instanceof Fault ? new FetchError(fault, describeUrl(url), session.requests, redact) : fault;
  } finally {
    await connection.close();
  }
}

async function fetchPages(
  session: Session,
  options: FetchOptions,
  limits: RequestLimits,
  signal: AbortSignal,
): Promise<ListAnswer | NotModified> {
  const etag = typeof options.etag === 'string' && isEtag(options.etag) ? options.etag : null;
  const ask = askWith(session, options, limits, signal);
  const pages = await collectPages(options.url, limits, (url, room) =>
    ask(url, url === options.url ? etag : null, room),
  );
  const first = pages[0];
  if (first.status === 304)
    return { kind: 'not-modified', httpStatus: 304, etag: first.etag, attempts: session.requests };
  const body = pages.length === 1 ? first.body : Buffer.concat(pages.map((page) => page.body));
  if (repeatsKey(body, options.apiKey)) {
    throw new Fault('key_repeated', 'its answer repeats the API key, so it is not kept', { httpStatus: first.status });
  }
  return {
    kind: 'answer',
    body,
    httpStatus: first.status,
    etag: pages.length === 1 && !repeatsKey(first.etag ?? '', options.apiKey) ? first.etag : null,
    contentType: first.contentType,
    attempts: session.requests,
  };
}

/** A key shorter than real ones may stand in any list by chance. */
const KEY_LENGTH = 16;

/** What is kept of an answer is public data: a page that echoes its request must not bring the key into it. */
export function repeatsKey(answer: Buffer | string, key: string | undefined): boolean {
  return key !== undefined && key.length >= KEY_LENGTH && answer.includes(key);
}

type Ask = (url: URL, etag: string | null, room: Room) => Promise<AnswerPage>;

/** One page, with as many attempts as it takes and the limits allow. */
function askWith(session: Session, options: FetchOptions, limits: RequestLimits, signal: AbortSignal): Ask {
  const timing = {
    ...limits,
    deadline: session.now() + limits.runMs,
    now: session.now,
    random: options.random ?? Math.random,
    wait: options.wait ?? ((ms: number, until: AbortSignal) => sleep(ms, undefined, { signal: until })),
    note: (reason: string, delayMs: number) =>
      options.onRetry?.({ attempt: session.requests, reason: session.redact(reason), delayMs }),
  };
  return async (url, etag, room) => {
    const late = new Fault('timeout', `no whole answer within ${limits.attemptMs / 1000} s`, { retry: true });
    try {
      return await retrying(timing, signal, () =>
        within(limits.attemptMs, signal, late, (until) => requestPage(session, url, etag, room, until)),
      );
    } catch (error) {
      if (error instanceof UnparsablePage) return error.page;
      throw error;
    }
  };
}

export function writeHeaders(options: FetchOptions): Record<string, string> {
  const headers = { accept: 'application/json', 'accept-encoding': 'gzip, br', 'user-agent': options.userAgent };
  return options.apiKey === undefined ? headers : { ...headers, authorization: `Bearer ${options.apiKey}` };
}

/** @throws UsageError where nothing can be sent */
export function checkRequest({ url, apiKey }: Pick<FetchOptions, 'url' | 'apiKey'>): void {
  checkUrl(url);
  if (apiKey !== undefined) checkApiKey(apiKey, 'OPENROUTER_API_KEY');
}

function checkUrl(url: URL): void {
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw new UsageError('unsupported_url', `A list is fetched over http or https, not ${url.protocol}.`);
  }
  if (url.username === '' && url.password === '') return;
  throw new UsageError('credentials_in_url', `The address of ${url.host} carries credentials; nothing was sent.`, {
    hint: 'Leave them out of the address; a key belongs into OPENROUTER_API_KEY or OPENROUTER_API_KEY_FILE.',
  });
}
