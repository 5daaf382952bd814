import type { Env } from '../../config/settings.ts';
import { secretValues } from '../../core/format/secret.ts';
import { openAgent } from '../../http/agent.ts';
import { exchange, type HttpAnswer, type Request } from '../../http/exchange.ts';
import { readProxy } from '../../http/proxy.ts';

/** One run's way to upstream: direct, or through the proxy that the environment names. */
export interface Connection {
  /** One GET with its whole body; redirects are answers, not followed. */
  get(request: Request): Promise<HttpAnswer>;
  close(): Promise<void>;
  /** The proxy's password, or what stands in its place, and the secrets in the address, in both spellings: never shown. */
  readonly secrets: readonly string[];
}

/** @param idleMs how long a connection may stay silent, in milliseconds */
export function connect({ protocol, searchParams }: URL, env: Env, idleMs: number): Connection {
  const agent = openAgent({ env, protocol, idleMs });
  return {
    get: (request) => exchange(agent, request),
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
