import type { Assets } from './assets.ts';

/** What every route needs beside the request. */
export interface Site {
  /** What stands before every path: nothing, or `/ledger`. */
  readonly base: string;
  readonly version: string;
  readonly assets: Assets;
  /** Whether the API asks for a token. */
  readonly needsToken: boolean;
  /** Files instead of a server: nothing is computed when it is looked at. */
  readonly isStatic: boolean;
  /** The address of a path of ours, `/models/openai/gpt-5`, with a query where there is one. */
  readonly link: (path: string, query?: string) => string;
}

/** A site that is answered by a server. */
export function serverSite(options: Pick<Site, 'base' | 'version' | 'assets' | 'needsToken'>): Site {
  const link = (path: string, query = ''): string => `${options.base}${path}${query === '' ? '' : `?${query}`}`;
  return { ...options, isStatic: false, link };
}

/** The path of a model's page. */
export function modelPath(id: string): string {
  return `/models/${id.split('/').map(encodeURIComponent).join('/')}`;
}
