import { findModel } from '../ledger/queries/model.ts';
import { recentChanges } from '../ledger/queries/recentChanges.ts';
import { FEED_ENTRIES, FEED_RUNS, writeFeeds } from '../notify/feed.ts';
import { notListed } from './api/model.ts';
import type { Answer } from './http/answer.ts';
import type { View } from './source/ledgerSource.ts';

const HEADERS = { 'cache-control': 'public, max-age=60', 'access-control-allow-origin': '*' };

/**
 * The newest changes, of one model or of all, as an Atom feed or a JSON Feed.
 * @throws RequestError for a model that was never listed, since its feed would stay empty for ever
 */
export function feed(view: View, form: 'atom' | 'json', model?: string): Answer {
  if (model !== undefined && findModel(view.ledger, model, null) === undefined) throw notListed(view, model);
  const scope = model === undefined ? { runs: FEED_RUNS } : { model };
  const { atom, json } = writeFeeds(recentChanges(view.ledger, { ...scope, limit: FEED_ENTRIES }), undefined, model);
  const observedAt = view.lists.at(null)?.run.observedAt ?? null;
  if (form === 'atom') return { type: 'application/atom+xml; charset=utf-8', body: atom, observedAt, headers: HEADERS };
  return { type: 'application/feed+json; charset=utf-8', body: json, observedAt, headers: HEADERS };
}
