import type { Child } from 'hono/jsx';
import { minuteWords } from '../../core/time/when.ts';
import type { Question } from '../question.ts';
import { modelPath, type Site } from '../site.ts';
import { line } from './words.ts';

/** What the layout of every page needs. */
export interface Frame {
  readonly site: Site;
  readonly title: string;
  /** The path of the page, which also decides which entry of the menu is marked. */
  readonly path: string;
  /** The instant that the page is about, as it was typed; empty for now. */
  readonly asOf: string;
  /** The instant of the newest list that the page uses; null if there is none, undefined if it is not known. */
  readonly observedAt: string | null | undefined;
  readonly feed?: string;
}

/** The pages, each with the query of its copy in a static site; null where it is computed for a visitor. */
export const MENU = [
  ['/', 'Models', 'output_modalities=all'],
  ['/changes', 'Changes', 'limit=1000'],
  ['/compare', 'Compare', null],
  ['/cost', 'Cost', null],
  ['/trends', 'Trends', ''],
  ['/about', 'About', ''],
] as const;

/** The frame of a page whose title is in the menu. */
export function frameOf({ request, site }: Question, path: string, observedAt: string | null): Frame {
  const [, title = ''] = MENU.find(([to]) => to === path) ?? [];
  return { site, title, path, asOf: request.first('as_of') ?? '', observedAt };
}

/** A query that keeps the instant that the page is about. */
export function asOfQuery(asOf: string): string {
  return asOf === '' ? '' : new URLSearchParams({ as_of: asOf }).toString();
}

interface ModelLinkProps {
  readonly id: string;
  readonly name?: string | null;
  readonly frame: Frame;
}

/** A link to a model's page, as of the same instant as this page. */
export function ModelLink({ id, name, frame: { site, asOf } }: ModelLinkProps) {
  return <a href={site.link(modelPath(id), asOfQuery(asOf))}>{line(name ?? id)}</a>;
}

/** The whole document around the content of a page. Long, because it is one document. */
export function Layout({ frame, children }: { readonly frame: Frame; readonly children: Child }) {
  const { site, title, path, asOf, observedAt, feed = '/feed' } = frame;
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>{title} · model-ledger</title>
        <link rel="stylesheet" href={site.link(`/static/${site.assets.style}`)} />
        <link rel="icon" href="data:," />
        <link rel="alternate" type="application/atom+xml" title="Changes" href={site.link(`${feed}.atom`)} />
        <link rel="alternate" type="application/feed+json" title="Changes" href={site.link(`${feed}.json`)} />
        <script src={site.link(`/static/${site.assets.script}`)} defer />
      </head>
      <body>
        <a class="skip" href="#main">
          Skip to the content
        </a>
        <header>
          <a class="brand" href={site.link('/', asOfQuery(asOf))}>
            model-ledger
          </a>
          <nav aria-label="Main">
            {MENU.filter(([, , query]) => !site.isStatic || query !== null).map(([to, word]) => (
              <a href={site.link(to, asOfQuery(asOf))} aria-current={to === path ? 'page' : undefined}>
                {word}
              </a>
            ))}
          </nav>
        </header>
        {asOf === '' ? null : (
          <p class="then" role="status">
            As of {asOf}
            {observedAt == null ? '' : `: the list of ${minuteWords(observedAt, 'utc')}`}.{' '}
            <a href={site.link(path)}>Show now</a>
          </p>
        )}
        <main id="main" tabindex={-1}>
          {children}
        </main>
        <footer>
          <p>
            {observedAt === undefined ? null : observedAt === null ? (
              'No list is recorded yet.'
            ) : (
              <>
                List of <time datetime={observedAt}>{minuteWords(observedAt, 'utc')}</time>.
              </>
            )}{' '}
            Prices in USD; what is shown is exact. <a href={site.link(`${feed}.atom`)}>Atom</a>{' '}
            <a href={site.link(`${feed}.json`)}>JSON Feed</a>
          </p>
        </footer>
      </body>
    </html>
  );
}
