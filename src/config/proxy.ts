import { UsageError } from '../core/errors.ts';

export type Env = Readonly<Record<string, string | undefined>>;

/** The proxy for `url` from `https_proxy`, `HTTPS_PROXY` or, for plain HTTP, `http_proxy`, `HTTP_PROXY`. */
export function readProxy(url: URL, env: Env): URL | undefined {
  const name = url.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY';
  const text = env[name.toLowerCase()] || env[name];
  if (!text) return undefined;
  const full = text.includes('://') ? text : `http://${text}`;
  if (URL.canParse(full) && /^https?:$/.test(new URL(full).protocol) && isDecodable(new URL(full)))
    return new URL(full);
  // The value may hold a password, so it is not repeated.
  throw new UsageError('malformed_proxy', `${name} is not the address of an HTTP proxy; nothing was sent.`, {
    hint: `Write it as http://host:port, or unset ${name}.`,
  });
}

function isDecodable(proxy: URL): boolean {
  try {
    return decodeURIComponent(proxy.username + proxy.password) !== undefined;
  } catch {
    return false;
  }
}
