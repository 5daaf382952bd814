import type { lookup } from 'node:dns';
import pRetry from 'p-retry';
import { fetch, type Response } from 'undici';
import type { Env } from '../config/settings.ts';
import { codeOf } from '../core/errors.ts';
import { openAgent } from '../http/agent.ts';
import { AuthenticationRequired } from '../http/authenticationRequired.ts';
import { within } from '../http/deadline.ts';
import { readRetryAfter } from '../http/retryAfter.ts';
import { rootCause } from '../http/rootCause.ts';
import { BlockedAddress, checkHost, guardLookup } from './address.ts';
import { watchAuthentication } from './authenticationWatch.ts';

/** What is posted where. */
export interface Post {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What became of it: taken, to be tried another time, or not wanted for good. Reasons name neither URL nor secret. */
export type Reply =
  | { readonly kind: 'taken' }
  | { readonly kind: 'later'; readonly reason: string; readonly retryAfterMs: number }
  | { readonly kind: 'never'; readonly reason: string };

export interface ClientOptions {
  readonly env: Env;
  readonly userAgent: string;
  /** Hosts that may be on this machine or in its network. */
  readonly allow: ReadonlySet<string>;
  /** For one try, in milliseconds. */
  readonly tryMs: number;
  /** Between the two tries of one post. */
  readonly pauseMs: number;
  readonly now: () => Date;
  readonly lookup?: typeof lookup | undefined;
}

/** Posts to receivers. */
export interface Client {
  /** Two tries at most; never throws. */
  post(post: Post, signal: AbortSignal): Promise<Reply>;
  close(): Promise<void>;
}

/** The receiver has judged the body, or is gone: the same body will do no better. */
const NEVER: ReadonlySet<number> = new Set([400, 410, 413, 414, 415, 422]);
const PASSING: ReadonlySet<number> = new Set([408, 425, 429, 500, 502, 503, 504]);
const LONGEST_RETRY_AFTER_MS = 86_400_000;

/** No whole answer in the time of one try. */
class Late extends Error {
  constructor(ms: number) {
    super(`no answer within ${ms / 1000} s`);
  }
}

class RefusedPost extends Error {
  readonly reply: Exclude<Reply, { kind: 'taken' }>;
  readonly isPassing: boolean;

  constructor(reply: Exclude<Reply, { kind: 'taken' }>, isPassing: boolean) {
    super(reply.reason);
    this.reply = reply;
    this.isPassing = isPassing;
  }
}

/**
 * Opens connections that reach the public internet only. Through a proxy it is the proxy that looks names up and
 * decides what may be reached.
 */
export function openClient({ env, userAgent, allow, tryMs, pauseMs, now, lookup }: ClientOptions): Client {
  const connect = { lookup: guardLookup(allow, lookup), timeout: tryMs };
  const http = watchAuthentication(openAgent({ env, protocol: 'http:', connect }));
  const https = watchAuthentication(openAgent({ env, protocol: 'https:', connect }));
  const late = new Late(tryMs);
  const attempt = async ({ url, headers, body }: Post, signal: AbortSignal): Promise<void> => {
    checkHost(url, allow);
    const bare = new URL(url);
    bare.username = '';
    bare.password = '';
    const response = await fetch(bare, {
      method: 'POST',
      headers: { 'user-agent': userAgent, ...headers, ...authorization(url) },
      body,
      redirect: 'manual',
      signal,
      dispatcher: url.protocol === 'https:' ? https : http,
    });
    await response.body?.cancel();
    judge(response, now().getTime());
  };
  return {
    post: (post, signal) =>
      settle(() => within(tryMs, signal, late, (until) => attempt(post, until)), { signal, pauseMs }),
    close: async () => {
      await Promise.all([http.destroy(), https.destroy()]);
    },
  };
}

async function settle(
  attempt: () => Promise<void>,
  { signal, pauseMs }: { signal: AbortSignal; pauseMs: number },
): Promise<Reply> {
  try {
    await pRetry(
      () =>
        attempt().catch((error: unknown) => {
          throw error instanceof RefusedPost ? error : broken(error, signal);
        }),
      {
        retries: 1,
        minTimeout: pauseMs,
        maxTimeout: pauseMs,
        signal,
        shouldRetry: ({ error }) => error instanceof RefusedPost && error.isPassing,
      },
    );
    return { kind: 'taken' };
  } catch (error) {
    return error instanceof RefusedPost ? error.reply : broken(error, signal).reply;
  }
}

function judge({ status, headers }: Response, now: number): void {
  if (status >= 200 && status < 300) return;
  if (NEVER.has(status)) throw new RefusedPost({ kind: 'never', reason: `the receiver answered ${status}` }, false);
  const reason =
    status >= 300 && status < 400
      ? `the receiver answered ${status}: a redirect, which is not followed`
      : `the receiver answered ${status}`;
  const retryAfterMs = Math.min(readRetryAfter(headers.get('retry-after'), now) ?? 0, LONGEST_RETRY_AFTER_MS);
  throw new RefusedPost({ kind: 'later', reason, retryAfterMs }, PASSING.has(status) && retryAfterMs === 0);
}

/** No answer. The words are ours: a library's message may repeat the URL, which may be a credential. */
function broken(error: unknown, signal: AbortSignal): RefusedPost {
  const later = (reason: string, isPassing: boolean): RefusedPost =>
    new RefusedPost({ kind: 'later', reason, retryAfterMs: 0 }, isPassing);
  if (signal.aborted) return later('there was no time left', false);
  const root = rootCause(error);
  if (root instanceof BlockedAddress) return later(root.message, false);
  if (root instanceof Late) return later(root.message, true);
  if (root instanceof AuthenticationRequired) return later('the receiver answered 407', false);
  return later(`the connection failed (${codeOf(root) || 'no answer'})`, true);
}

/** `https://user:password@host`: fetch takes no credentials in an address. */
function authorization({ username, password }: URL): Record<string, string> {
  if (username === '' && password === '') return {};
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { authorization: `Basic ${Buffer.from(pair).toString('base64')}` };
}
