import { EnvHttpProxyAgent, fetch, type Response } from 'undici';
import { type Env, readProxy } from '../../config/proxy.ts';

/** One run's way to upstream: direct, or through the proxy that the environment names. */
export interface Connection {
  /** One GET; redirects are answers, not followed. */
  get(url: URL, headers: Readonly<Record<string, string>>, signal: AbortSignal): Promise<Response>;
  close(): Promise<void>;
  /** The proxy's password in both its spellings: nothing that repeats it may be shown. */
  readonly secrets: readonly string[];
}

/**
 * Always undici's own fetch: the one built into Node 20 dies of an uncaught error when an answer names more than five
 * content encodings and its connection then ends, and it knows no proxies.
 * @param idleMs how long a connection may stay silent, in milliseconds
 */
export function connect(url: URL, env: Env, idleMs: number): Connection {
  const found = readProxy(url, env);
  const proxy = found?.href ?? '';
  // Empty rather than undefined: with undefined the agent would read this process's environment instead of `env`.
  const agent = new EnvHttpProxyAgent({
    httpProxy: url.protocol === 'http:' ? proxy : '',
    httpsProxy: url.protocol === 'https:' ? proxy : '',
    noProxy: env.no_proxy || env.NO_PROXY || '',
    // Plain HTTP is asked of the proxy by full address, as proxies expect; https always goes through a tunnel.
    proxyTunnel: false,
    headersTimeout: idleMs,
    bodyTimeout: idleMs,
  });
  return {
    get: (target, headers, signal) =>
      fetch(target, { headers: { ...headers }, redirect: 'manual', signal, dispatcher: agent }),
    close: () => agent.destroy(),
    secrets: found === undefined ? [] : [found.password, decodeURIComponent(found.password)],
  };
}
