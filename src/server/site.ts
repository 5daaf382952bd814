import type { Assets } from './assets.ts';

/** The path of the API, below the base. */
export const API = '/api/v1';

/** What every route needs besides the request. */
export interface Site {
  /** The prefix of every path, such as `/ledger`; may be empty. */
  readonly base: string;
  readonly version: string;
  readonly assets: Assets;
  /** Whether the API requires a token. */
  readonly needsToken: boolean;
  /** Whether the pages are written as files, so that nothing can be computed for a visitor. */
  readonly isStatic: boolean;
  /** The address for a path such as `/models/openai/gpt-5`, with a query if there is one. */
  readonly link: (path: string, query?: string) => string;
}

/** A site that is served over HTTP. */
export function serverSite(options: Pick<Site, 'base' | 'version' | 'assets' | 'needsToken'>): Site {
  const link = (path: string, query = ''): string => `${options.base}${path}${query === '' ? '' : `?${query}`}`;
  return { ...options, isStatic: false, link };
}

export function modelPath(id: string): string {
  return `/models/${id.split('/').map(encodeURIComponent).join('/')}`;
}
