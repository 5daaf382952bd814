import { type ModelParameters, readModelParameters } from '../../core/query/modelParameters.ts';
import { isWhole, type ModelQuery, readModelQuery, select } from '../../core/query/modelQuery.ts';
import type { RawParameters } from '../../core/query/parameters.ts';
import { changedAtOf } from '../../ledger/queries/served/ages.ts';
import type { Answer } from '../http/answer.ts';
import type { Asked } from '../http/asked.ts';
import { json } from '../http/errors.ts';
import type { View } from '../source/ledgerSource.ts';
import type { ServedList, ServedModel } from '../source/lists.ts';
import { providersFilter } from './endpoints.ts';
import { completedHeader, listAt } from './listAt.ts';
import { writeRss } from './rss.ts';

/** `GET /models`: upstream's list, filtered, ordered and paged as asked. */
export function models(asked: Asked, view: View, base: string): Answer {
  const parameters = readModelParameters(asked.parameters);
  const list = listAt(asked, view);
  const isRecorded = parameters.as_recorded === true;
  if (isRecorded && isWholeBody(parameters))
    return { type: 'application/json', body: list.body, observedAt: list.run.observedAt };
  const query = queryOf(asked, view, parameters);
  const isFeed = parameters.use_rss === true;
  const found = selectFrom(list, isFeed ? { ...query, order: query.order ?? 'newest' } : query, asked, view);
  const { offset, limit } = query.page ?? { offset: 0, limit: found.length };
  const shown = found.slice(offset, offset + limit);
  if (isFeed) return writeRss(shown, list.run.observedAt);
  const isMore = query.page !== null && offset + limit < found.length;
  const next = isMore ? nextPage(asked.parameters, `${base}${asked.path}`, offset + limit, limit) : null;
  return listAnswer(shown, list, { total: found.length, next, isRecorded });
}

/** `GET /models/count`: how many models of these output modalities there are. */
export function countModels(asked: Asked, view: View): Answer {
  const wanted = asked.parameters.get('output_modalities');
  const parameters = readModelParameters(new Map(wanted === undefined ? [] : [['output_modalities', wanted]]));
  const list = listAt(asked, view);
  const count = selectFrom(list, readModelQuery(parameters), asked, view).length;
  return { ...json({ data: { count } }), observedAt: list.run.observedAt };
}

export function queryOf(asked: Asked, view: View, parameters: ModelParameters): ModelQuery {
  const query = readModelQuery(parameters);
  const { providers } = parameters;
  return providers === undefined
    ? query
    : { ...query, filter: { ...query.filter, ids: providersFilter(view, providers, asked.asOf()) } };
}

/** The models of a list that fit; the clock is looked at only where ages are asked for. */
export function selectFrom(list: ServedList, query: ModelQuery, asked: Asked, view: View): readonly ServedModel[] {
  const { min, max } = query.filter.ageDays ?? {};
  const isOfAge = min !== undefined || max !== undefined;
  const now = isOfAge ? Date.parse(asked.asOf() ?? asked.now().toISOString()) : 0;
  const isByChange = query.order === 'recently-changed' || query.order === 'longest-unchanged';
  return select(list.models, query, now, isByChange ? changedAtOf(view.ledger, asked.asOf()) : undefined);
}

/** Whether nothing narrows the list, so that it can be had as it was archived. */
function isWholeBody(parameters: ModelParameters): boolean {
  return (
    parameters.use_rss !== true &&
    parameters.providers === undefined &&
    isWhole(readModelQuery(parameters, { outputs: null }))
  );
}

interface Around {
  readonly total: number;
  readonly next: string | null;
  readonly isRecorded: boolean;
}

function listAnswer(shown: readonly ServedModel[], { run }: ServedList, { total, next, isRecorded }: Around): Answer {
  const texts = shown.map(({ recorded, completed }) => (isRecorded ? recorded : completed.text));
  const keys = isRecorded ? [] : shown.flatMap(({ completed }) => completed.keys);
  const rest = JSON.stringify({ total_count: total, links: { next } }).slice(1);
  return {
    type: 'application/json',
    body: `{"data":[${texts.join(',')}],${rest}`,
    headers: completedHeader(keys),
    observedAt: run.observedAt,
  };
}

/** All parameters as they were, but for the place in the list. */
function nextPage(parameters: RawParameters, path: string, offset: number, limit: number): string {
  const next = new URLSearchParams();
  for (const [name, values] of parameters) {
    if (name !== 'offset' && name !== 'limit') for (const value of values) next.append(name, value);
  }
  next.set('offset', String(offset));
  next.set('limit', String(limit));
  return `${path}?${next}`;
}
