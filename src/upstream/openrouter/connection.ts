import { fetch, type Response } from 'undici';
import type { Env } from '../../config/settings.ts';
import { secretValues } from '../../core/format/secret.ts';
import { openAgent } from '../../http/agent.ts';
import { readProxy } from '../../http/proxy.ts';

/** One run's way to upstream: direct, or through the proxy that the environment names. */
export interface Connection {
  /** One GET; redirects are answers, not followed. */
  get(url: URL, headers: Readonly<Record<string, string>>, signal: AbortSignal): Promise<Response>;
  close(): Promise<void>;
  /** The proxy's password, or what stands in its place, and the secrets in the address, in both spellings: never shown. */
  readonly secrets: readonly string[];
}

/**
 * Always undici's own fetch: the one built into Node 20 dies of an uncaught error when an answer names more than five
 * content encodings and its connection then ends, and it knows no proxies.
 * @param idleMs how long a connection may stay silent, in milliseconds
 */
export function connect({ protocol, searchParams }: URL, env: Env, idleMs: number): Connection {
  const agent = openAgent({ env, protocol, idleMs });
  return {
    get: (target, headers, signal) =>
      fetch(target, { headers: { ...headers }, redirect: 'manual', signal, dispatcher: agent }),
    close: () => agent.destroy(),
    secrets: [...secretValues(searchParams), ...secretsOf(readProxy(protocol, env))],
  };
}

function secretsOf(proxy: URL | undefined): string[] {
  if (proxy === undefined) return [];
  // A user without a password is a token.
  const secret = proxy.password || proxy.username;
  return [secret, decodeURIComponent(secret)];
}
