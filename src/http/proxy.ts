import { isIPv6 } from 'node:net';
import type { Env } from '../config/settings.ts';
import { tryTo, UsageError } from '../core/errors.ts';

/**
 * The proxy from `https_proxy` or `HTTPS_PROXY` for `https:`, and from `http_proxy` or `HTTP_PROXY` for `http:`.
 * @throws UsageError when it is not valid; the message does not quote it, as it may hold a password
 */
export function readProxy(protocol: string, env: Env): URL | undefined {
  const name = protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY';
  const text = name === 'HTTPS_PROXY' ? env.https_proxy || env.HTTPS_PROXY : env.http_proxy || env.HTTP_PROXY;
  if (!text) return undefined;
  const proxy = tryTo(() => parseProxy(text));
  if (proxy !== undefined) return proxy;
  throw new UsageError('malformed_proxy', `${name} is not the address of an HTTP proxy; nothing was sent.`, {
    hint: `Write it as http://host:port, or unset ${name}.`,
  });
}

function parseProxy(text: string): URL | undefined {
  const proxy = new URL(text.includes('://') ? text : `http://${text}`);
  // Throws for credentials that are not percent-encoded text.
  decodeURIComponent(proxy.username + proxy.password);
  return /^https?:$/.test(proxy.protocol) ? proxy : undefined;
}

/** `NO_PROXY` in the form that undici understands: it would read a bare IPv6 address as a host and a port. */
export function readNoProxy(env: Env): string {
  const entries = (env.no_proxy || env.NO_PROXY || '').split(/[,\s]+/).map((entry) => {
    const bare = entry.replace(/^\[(.*)\]$/, '$1');
    // In the spelling that URLs use, so that `0:0::1` matches `::1`.
    return isIPv6(bare) ? new URL(`http://[${bare}]/`).hostname : entry;
  });
  return entries.join(',');
}
