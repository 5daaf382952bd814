import { createHash } from 'node:crypto';
import type { Assets } from './assets.ts';
import { FEED_FORMS, feedPath, writeFeed } from './feeds.ts';
import type { Answer } from './http/answer.ts';
import { LedgerRequest } from './http/ledgerRequest.ts';
import { MENU } from './pages/layout.tsx';
import { routePage } from './pages/routes.tsx';
import { modelPath, type Site } from './site.ts';
import type { View } from './source/ledgerSource.ts';

export interface SiteFile {
  /** The path below the site's folder. */
  readonly path: string;
  readonly content: string | Uint8Array;
}

export interface StaticOptions {
  readonly version: string;
  readonly assets: Assets;
  readonly now: () => Date;
}

/** File systems allow names of up to 255 bytes. */
const MOST_NAME = 180;

/**
 * All files of the site, one after the other: pages, models, tables, feeds and assets. Links are relative, so that the
 * folder can be published anywhere.
 * @param ids of the models that get a page
 */
export function* siteFiles(view: View, ids: readonly string[], options: StaticOptions): Iterable<SiteFile> {
  const answerOf = (path: string, query = ''): Answer =>
    routePage({ request: new LedgerRequest(`${path}?${query}`, options.now), view, site: staticSite(path, options) });
  for (const [path, , query] of MENU) if (query !== null) yield page(path, answerOf(path, query));
  for (const id of ids) {
    const path = modelPath(id);
    yield page(path, answerOf(path));
    yield* feedFiles(view, id);
  }
  yield* feedFiles(view);
  yield { path: 'models.csv', content: answerOf('/models.csv', 'output_modalities=all').body };
  yield { path: 'changes.csv', content: answerOf('/changes.csv', 'all=true').body };
  for (const [name, { bytes }] of options.assets.byName) yield { path: `static/${name}`, content: bytes };
  // Tells GitHub Pages to publish the files as they are, without Jekyll.
  yield { path: '.nojekyll', content: '' };
}

function page(path: string, { body }: Answer): SiteFile {
  return { path: `${folderOf(path)}index.html`, content: body };
}

/** Relative to the folder in which both lie. */
const FEED_LINKS = { atom: 'feed.atom', json: 'feed.json' };

function* feedFiles(view: View, model?: string): Iterable<SiteFile> {
  for (const form of FEED_FORMS) {
    const content = writeFeed(view, form, { at: null, model, links: FEED_LINKS });
    yield { path: fileOf(`${feedPath(model)}.${form}`), content };
  }
}

/** A site whose links are relative to the page `from`: `../..`, and then the path. */
function staticSite(from: string, { version, assets }: StaticOptions): Site {
  const depth = folderOf(from).split('/').length - 1;
  const up = depth === 0 ? '.' : Array.from({ length: depth }, () => '..').join('/');
  const link = (path: string): string => {
    const isFile = /\.\w+$/.test(path) && !path.startsWith('/models/');
    const isFeed = /\/feed\.(?:atom|json)$/.test(path);
    return `${up}/${fileOf(path)}${isFile || isFeed || path === '/' ? '' : '/'}`;
  };
  return { base: '', version, assets, needsToken: false, isStatic: true, link };
}

/** The folder of a page: `models/openai/gpt-5/`. */
function folderOf(path: string): string {
  return path === '/' ? '' : `${fileOf(path)}/`;
}

/** A path that every file system allows: `%` of an escaped address becomes `~`, and long names are cut. */
function fileOf(path: string): string {
  return path.slice(1).replaceAll('~', '~7E').replaceAll('%', '~').split('/').map(segmentOf).join('/');
}

function segmentOf(segment: string): string {
  if (segment === '.' || segment === '..') return segment.replaceAll('.', '~2E');
  if (segment.length <= MOST_NAME) return segment;
  return `${segment.slice(0, MOST_NAME)}~${createHash('sha256').update(segment).digest('hex').slice(0, 16)}`;
}
