import type { Site } from '../site.ts';

/** Path and query as they were sent, without the base path. */
export function pathOf(url: string, { base }: Site): string {
  const start = url.indexOf('/', url.indexOf('://') + 3);
  const hash = url.indexOf('#', start);
  const whole = start < 0 ? '/' : url.slice(start, hash < 0 ? undefined : hash);
  const path = whole.slice(base.length);
  return path.startsWith('/') ? path : `/${path}`;
}

/** The same for a page, whose path may end in a slash. */
export function pageOf(url: string, site: Site): string {
  return pathOf(url, site).replace(/^(\/[^?]*?)\/+(?=\?|$)/, '$1');
}
