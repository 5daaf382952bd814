import type { lookup } from 'node:dns';
import { setTimeout as sleep } from 'node:timers/promises';
import { fetch, type Response } from 'undici';
import type { Env } from '../config/settings.ts';
import { codeOf } from '../core/errors.ts';
import { openAgent } from '../http/agent.ts';
import { within } from '../http/deadline.ts';
import { AuthenticationRequired, rootCause } from '../http/faults.ts';
import { readRetryAfter } from '../http/retryAfter.ts';
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

/** What one try came to, and whether another one may do better at once. */
interface Tried {
  readonly reply: Reply;
  readonly isPassing: boolean;
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
  const send = async ({ url, headers, body }: Post, signal: AbortSignal): Promise<Tried> => {
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

function judge({ status, headers }: Response, now: number): Tried {
  if (status >= 200 && status < 300) return { reply: { kind: 'taken' }, isPassing: false };
  const said = `the receiver answered ${status}`;
  if (NEVER.has(status)) return { reply: { kind: 'never', reason: said }, isPassing: false };
  const reason = status >= 300 && status < 400 ? `${said}: a redirect, which is not followed` : said;
  const retryAfterMs = Math.min(readRetryAfter(headers.get('retry-after'), now) ?? 0, LONGEST_RETRY_AFTER_MS);
  return { reply: { kind: 'later', reason, retryAfterMs }, isPassing: PASSING.has(status) && retryAfterMs === 0 };
}

/** No answer. The words are ours: a library's message may repeat the URL, which may be a credential. */
function broken(error: unknown, signal: AbortSignal): Tried {
  const later = (reason: string, isPassing: boolean): Tried => ({
    reply: { kind: 'later', reason, retryAfterMs: 0 },
    isPassing,
  });
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
