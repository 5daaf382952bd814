import { setTimeout as sleep } from 'node:timers/promises';
import type { Env } from '../../config/settings.ts';
import { UsageError } from '../../core/errors.ts';
import type { Connection } from './connection.ts';
import { checkApiKey } from './credentials.ts';
import { describeUrl, Fault, FetchError, redactor } from './fault.ts';
import type { AnswerPage, Session } from './request.ts';
import type { RequestLimits } from './requestLimits.ts';
import type { RetryTiming } from './retry.ts';

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

/** @throws UsageError where nothing can be sent */
export function checkRequest({ url, apiKey }: Pick<FetchOptions, 'url' | 'apiKey'>): void {
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw new UsageError('unsupported_url', `A list is fetched over http or https, not ${url.protocol}.`);
  }
  if (url.username !== '' || url.password !== '') {
    throw new UsageError('credentials_in_url', `The address of ${url.host} carries credentials; nothing was sent.`, {
      hint: 'Leave them out of the address; a key belongs into OPENROUTER_API_KEY or OPENROUTER_API_KEY_FILE.',
    });
  }
  if (apiKey !== undefined) checkApiKey(apiKey, 'OPENROUTER_API_KEY');
}

/** Begins a session over a connection: with headers to send, and secrets not to show. */
export function openSession(connection: Connection, options: FetchOptions): Session {
  const { url, apiKey, userAgent } = options;
  const headers = {
    accept: 'application/json',
    'accept-encoding': 'gzip, br',
    'user-agent': userAgent,
    ...(apiKey !== undefined && { authorization: `Bearer ${apiKey}` }),
  };
  const redact = redactor([apiKey, ...connection.secrets]);
  return { connection, headers, redact, now: options.now ?? Date.now, requests: 0, at: url, page: 0 };
}

/** The timing of a session's retries, counted from now. */
export function retryTiming(session: Session, options: FetchOptions, limits: RequestLimits): RetryTiming {
  return {
    ...limits,
    deadline: session.now() + limits.runMs,
    now: session.now,
    random: options.random ?? Math.random,
    wait: options.wait ?? ((ms: number, until: AbortSignal) => sleep(ms, undefined, { signal: until })),
    note: (reason: string, delayMs: number) =>
      options.onRetry?.({ attempt: session.requests, reason: session.redact(reason), delayMs }),
  };
}

/** The fault of an attempt that took too long; another one may be faster. */
export function lateFault({ attemptMs }: RequestLimits): Fault {
  return new Fault('timeout', `no whole answer within ${attemptMs / 1000} s`, { retry: true });
}

/** What a session's failure is to the caller: a {@link FetchError} at its last address, unless it is no {@link Fault}. */
export function failureOf(
  error: unknown,
  session: Session,
  options: FetchOptions,
  made: number,
  wanted: string,
): unknown {
  const fault = options.signal?.aborted === true ? new Fault('stopped', 'it was stopped') : error;
  if (!(fault instanceof Fault)) return fault;
  const where = `${describeUrl(session.at)}${session.page > 1 ? ` (page ${session.page})` : ''}`;
  return new FetchError(fault, where, made, session.redact, wanted);
}

/** A shorter key than real ones may occur in any list by chance. */
const KEY_LENGTH = 16;

/** Whether an answer contains the key, as of a server that echoes requests: what is kept of answers is public. */
export function repeatsKey(answer: Buffer | string, key: string | undefined): boolean {
  return key !== undefined && key.length >= KEY_LENGTH && answer.includes(key);
}

/** @throws Fault where the page repeats the key */
export function refuseKey(page: AnswerPage, key: string | undefined): AnswerPage {
  if (!repeatsKey(page.body, key)) return page;
  const { status: httpStatus } = page;
  throw new Fault('key_repeated', 'its answer repeats the API key, so it is not kept', { httpStatus });
}
