import type { lookup } from 'node:dns';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Dispatcher, request } from 'undici';
import type { Env } from '../config/settings.ts';
import { codeOf } from '../core/errors.ts';
import { openAgent } from '../http/agent.ts';
import { within } from '../http/deadline.ts';
import { headerText } from '../http/exchange.ts';
import { rootCause } from '../http/faults.ts';
import { readRetryAfter } from '../http/retryAfter.ts';
import { BlockedAddress, checkHost, guardLookup } from './address.ts';

export interface Post {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What became of a post: taken, to be tried again later, or refused for good. Reasons never contain URL or secret. */
export type Reply =
  | { readonly kind: 'taken' }
  | { readonly kind: 'later'; readonly reason: string; readonly retryAfterMs: number }
  | { readonly kind: 'never'; readonly reason: string };

export interface ClientOptions {
  readonly env: Env;
  readonly userAgent: string;
  /** Hosts that are allowed although they are on this machine or in its network. */
  readonly allow: ReadonlySet<string>;
  /** The time limit of one try, in milliseconds. */
  readonly tryMs: number;
  /** The pause between the two tries of one post, in milliseconds. */
  readonly pauseMs: number;
  readonly now: () => Date;
  readonly lookup?: typeof lookup | undefined;
}

export interface Client {
  /** Tries at most twice, and never throws. */
  post(post: Post, signal: AbortSignal): Promise<Reply>;
  close(): Promise<void>;
}

/** The receiver refuses this body, or is gone for good: sending the same again is pointless. */
const NEVER: ReadonlySet<number> = new Set([400, 410, 413, 414, 415, 422]);
const PASSING: ReadonlySet<number> = new Set([408, 425, 429, 500, 502, 503, 504]);
const LONGEST_RETRY_AFTER_MS = 86_400_000;

/** No whole answer came within the time of one try. */
class Late extends Error {
  constructor(ms: number) {
    super(`no answer within ${ms / 1000} s`);
  }
}

/** The result of one try, and whether a second try at once may succeed. */
interface Tried {
  readonly reply: Reply;
  readonly isPassing: boolean;
}

/**
 * Opens connections that reach only the public internet. Behind a proxy, it is the proxy that looks up names and decides
 * what may be reached.
 */
export function openClient({ env, userAgent, allow, tryMs, pauseMs, now, lookup }: ClientOptions): Client {
  const connect = { lookup: guardLookup(allow, lookup), timeout: tryMs };
  const http = openAgent({ env, protocol: 'http:', connect });
  const https = openAgent({ env, protocol: 'https:', connect });
  const late = new Late(tryMs);
  const send = async ({ url, headers, body }: Post, signal: AbortSignal): Promise<Tried> => {
    checkHost(url, allow);
    const response = await request(url, {
      method: 'POST',
      headers: { 'user-agent': userAgent, ...headers, ...authorization(url) },
      body,
      signal,
      dispatcher: url.protocol === 'https:' ? https : http,
    });
    // Nothing beyond the status matters. What still comes of the body is dropped, and its end with the try is no error.
    response.body.dump().catch(() => {});
    return judge(response, now().getTime());
  };
  const attempt = (post: Post, signal: AbortSignal): Promise<Tried> =>
    within(tryMs, signal, late, (until) => send(post, until)).catch((error: unknown) => broken(error, signal));
  return {
    post: async (post, signal) => {
      const first = await attempt(post, signal);
      if (!first.isPassing) return first.reply;
      await sleep(pauseMs, undefined, { signal }).catch(() => {});
      return (await attempt(post, signal)).reply;
    },
    close: async () => {
      await Promise.all([http.destroy(), https.destroy()]);
    },
  };
}

function judge({ statusCode: status, headers }: Dispatcher.ResponseData, now: number): Tried {
  if (status >= 200 && status < 300) return { reply: { kind: 'taken' }, isPassing: false };
  const isRedirect = status >= 300 && status < 400;
  const reason = `the receiver answered ${status}${isRedirect ? ': a redirect, which is not followed' : ''}`;
  if (NEVER.has(status)) return { reply: { kind: 'never', reason }, isPassing: false };
  const retryAfter = readRetryAfter(headerText(headers['retry-after']), now) ?? 0;
  const retryAfterMs = Math.min(retryAfter, LONGEST_RETRY_AFTER_MS);
  return later(reason, PASSING.has(status) && retryAfterMs === 0, retryAfterMs);
}

function later(reason: string, isPassing: boolean, retryAfterMs = 0): Tried {
  return { reply: { kind: 'later', reason, retryAfterMs }, isPassing };
}

/** There was no answer. A library's message may quote the URL, which may be a credential, so the words are ours. */
function broken(error: unknown, signal: AbortSignal): Tried {
  if (signal.aborted) return later('there was no time left', false);
  const root = rootCause(error);
  if (root instanceof BlockedAddress) return later(root.message, false);
  if (root instanceof Late) return later(root.message, true);
  return later(`the connection failed (${codeOf(root) || 'no answer'})`, true);
}

/** The credentials of `https://user:password@host` as a header, since the library ignores those in an address. */
function authorization({ username, password }: URL): Record<string, string> {
  if (username === '' && password === '') return {};
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { authorization: `Basic ${Buffer.from(pair).toString('base64')}` };
}
