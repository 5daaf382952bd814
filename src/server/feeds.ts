import { findModel } from '../ledger/queries/model.ts';
import { recentChanges } from '../ledger/queries/recentChanges.ts';
import { FEED_ENTRIES, FEED_RUNS, type FeedLinks, writeFeeds } from '../notify/feed.ts';
import { notListed } from './api/model.ts';
import type { Answer } from './http/answer.ts';
import { listAt, type Question } from './question.ts';
import { modelPath } from './site.ts';
import type { View } from './source/ledgerSource.ts';

export const FEED_FORMS = ['atom', 'json'] as const;
type FeedForm = (typeof FEED_FORMS)[number];

/** What may be kept for a minute, and read by the scripts of any page. */
export const PUBLIC_HEADERS = { 'cache-control': 'public, max-age=60', 'access-control-allow-origin': '*' };
const TYPES = { atom: 'application/atom+xml; charset=utf-8', json: 'application/feed+json; charset=utf-8' };

/** The path of a feed without its form: of one model, or of all. */
export function feedPath(model: string | undefined): string {
  return model === undefined ? '/feed' : `${modelPath(model)}/feed`;
}

/**
 * The newest changes as a feed, or those that had been observed by the instant that the request asks about.
 * @throws RequestError for a model that was not known by then, since its feed would stay empty
 */
export function feed(question: Question, form: FeedForm, model?: string): Answer {
  const { request, view, site } = question;
  const at = request.asOf();
  // A reader may subscribe before the first list is recorded.
  const list = at === null ? view.lists.at(null) : listAt(question);
  const linkOf = (to: FeedForm): string => site.link(`${feedPath(model)}.${to}`, request.query().toString());
  const links = { atom: linkOf('atom'), json: linkOf('json') };
  const body = writeFeed(view, form, { at, model, links });
  return { type: TYPES[form], body, observedAt: list?.run.observedAt ?? null, headers: PUBLIC_HEADERS };
}

interface FeedOptions {
  /** Null: now. */
  readonly at: string | null;
  readonly model: string | undefined;
  readonly links: FeedLinks;
}

/** @throws RequestError for a model that was not known by then */
export function writeFeed(view: View, form: FeedForm, { at, model, links }: FeedOptions): string {
  if (model !== undefined) {
    const facts = findModel(view.ledger, model, null);
    if (facts === undefined || (at !== null && facts.firstSeenAt > at)) throw notListed(view, model);
  }
  const scope = model === undefined ? { runs: FEED_RUNS } : { model };
  return writeFeeds(recentChanges(view.ledger, { ...scope, at, limit: FEED_ENTRIES }), links, model)[form];
}
