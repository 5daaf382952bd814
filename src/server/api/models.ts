import { type ModelParameters, readModelParameters } from '../../core/query/modelParameters.ts';
import { isWhole, readModelQuery, select } from '../../core/query/modelQuery.ts';
import type { ModelOrder } from '../../core/query/order.ts';
import { changedAtOf } from '../../ledger/queries/served/ages.ts';
import { type Answer, jsonAnswer } from '../http/answer.ts';
import { listAt, type Question } from '../question.ts';
import type { ServedList, ServedModel } from '../source/lists.ts';
import { providersFilter } from './endpoints.ts';
import { completedHeader } from './model.ts';
import { writeRss } from './rss.ts';

/** `GET /models`: upstream's list, filtered, sorted and paged by the parameters. */
export function models(question: Question): Answer {
  const { request, site } = question;
  const parameters = readModelParameters(request.parameters);
  const list = listAt(question);
  const { observedAt } = list.run;
  const isRecorded = parameters.as_recorded === true;
  if (isRecorded && isWholeBody(parameters)) return { type: 'application/json', body: list.body, observedAt };
  const isFeed = parameters.use_rss === true;
  const { found, shown, end } = selectModels(question, list, parameters, isFeed ? 'newest' : null);
  if (isFeed) return writeRss(shown, observedAt, `${site.base}${request.path}?${request.query()}`);
  const texts = shown.map(({ recorded, completed }) => (isRecorded ? recorded : completed.text));
  const keys = isRecorded ? [] : shown.flatMap(({ completed }) => completed.keys);
  const next = end < found.length ? nextPage(question, end, shown.length) : null;
  const rest = JSON.stringify({ total_count: found.length, links: { next } }).slice(1);
  return {
    type: 'application/json',
    body: `{"data":[${texts.join(',')}],${rest}`,
    headers: completedHeader(keys),
    observedAt,
  };
}

/** `GET /models/count`: the number of models with these output modalities. */
export function countModels(question: Question): Answer {
  const parameters = readModelParameters(question.request.only('output_modalities'));
  const list = listAt(question);
  const count = selectModels(question, list, parameters).found.length;
  return jsonAnswer({ data: { count } }, list.run.observedAt);
}

/** The models of a list that fit the parameters, sorted. The clock is read only if the parameters mention ages. */
export function selectModels(
  question: Question,
  list: ServedList,
  parameters: ModelParameters,
  usualOrder: ModelOrder | null = null,
): {
  readonly found: readonly ServedModel[];
  /** The page of them that the parameters ask for, or else all of them. */
  readonly shown: readonly ServedModel[];
  /** The offset of the next page. */
  readonly end: number;
} {
  const { request, view } = question;
  const { providers } = parameters;
  const { filter, order, page } = readModelQuery(parameters);
  const ids = providers && providersFilter(question, providers);
  const query = { filter: { ...filter, ids }, order: order ?? usualOrder, page };
  const { min, max } = filter.ageDays ?? {};
  const now = min === undefined && max === undefined ? 0 : request.clock().getTime();
  const found = select(list.models, query, now, changedAtOf(view.ledger, request.asOf()));
  const { offset, limit } = page ?? { offset: 0, limit: found.length };
  return { found, shown: found.slice(offset, offset + limit), end: offset + limit };
}

/** Whether the parameters leave the list as it is, so that the archived body can be sent. */
function isWholeBody(parameters: ModelParameters): boolean {
  return (
    parameters.use_rss !== true &&
    parameters.providers === undefined &&
    isWhole(readModelQuery(parameters, { outputs: null }))
  );
}

/** The address of the next page: the same parameters with another offset. */
function nextPage({ request, site }: Question, offset: number, limit: number): string {
  const next = new URLSearchParams();
  for (const [name, values] of request.parameters) {
    if (name !== 'offset' && name !== 'limit') for (const value of values) next.append(name, value);
  }
  next.set('offset', String(offset));
  next.set('limit', String(limit));
  return `${site.base}${request.path}?${next}`;
}
