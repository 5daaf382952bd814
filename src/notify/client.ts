import type { lookup } from 'node:dns';
import { setTimeout as sleep } from 'node:timers/promises';
import { DecoratorHandler, type Dispatcher, fetch, type Response } from 'undici';
import type { Env } from '../config/settings.ts';
import { codeOf } from '../core/errors.ts';
import { openAgent } from '../http/agent.ts';
import { within } from '../http/deadline.ts';
import { AuthenticationRequired, rootCause } from '../http/faults.ts';
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
  if (root instanceof AuthenticationRequired) return later('the receiver answered 407', false);
  return later(`the connection failed (${codeOf(root) || 'no answer'})`, true);
}

type ResponseStart = NonNullable<Dispatcher.DispatchHandler['onResponseStart']>;

/** Turns an answer of 407 into an error that can be recognised; `fetch` alone fails with one that says nothing. */
function watchAuthentication(agent: Dispatcher): Dispatcher {
  return agent.compose((dispatch) => (options, handler) => dispatch(options, new AuthenticationWatch(handler)));
}

class AuthenticationWatch extends DecoratorHandler {
  onResponseStart(...args: Parameters<ResponseStart>): void {
    if (args[1] === 407) throw new AuthenticationRequired();
    // The library's types leave out this method.
    Reflect.apply(Reflect.get(DecoratorHandler.prototype, 'onResponseStart'), this, args);
  }
}

/** The credentials of `https://user:password@host` as a header, since `fetch` refuses them in an address. */
function authorization({ username, password }: URL): Record<string, string> {
  if (username === '' && password === '') return {};
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { authorization: `Basic ${Buffer.from(pair).toString('base64')}` };
}
