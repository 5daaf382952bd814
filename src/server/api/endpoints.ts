import { ParameterError } from '../../core/query/parameters.ts';
import { endpointsAnswerAt, modelsServedBy } from '../../ledger/queries/endpoints/endpointsAt.ts';
import { hasEndpoints } from '../../ledger/queries/endpoints/sweeps.ts';
import type { Answer } from '../http/answer.ts';
import { RequestError } from '../http/errors.ts';
import { listAt, type Question } from '../question.ts';
import type { ServedList } from '../source/lists.ts';
import { notListed } from './model.ts';

/** `GET /models/{author}/{slug}/endpoints`: the recorded answer, with null for its telemetry. */
export function endpoints(question: Question, path: string): Answer {
  const list = listAt(question);
  const id = idOf(list, path);
  if (id === undefined) throw notListed(question.view, path);
  const found = endpointsAnswerAt(question.view.ledger, id, question.request.asOf());
  if (found === undefined) throw new RequestError(404, `No endpoints of "${id}" were recorded by then.`);
  if (found === 'none') throw new RequestError(404, `"${id}" had no endpoints.`);
  return { type: 'application/json', body: found, observedAt: list.run.observedAt };
}

/** The id for a path: upstream's `links.details` uses the canonical slug instead, which several models may share. */
function idOf({ byId, models }: ServedList, path: string): string | undefined {
  if (byId.has(path)) return path;
  const [first, ...others] = models.filter(({ document }) => document.canonical_slug === path);
  return others.length === 0 ? first?.id : undefined;
}

/** The ids of the models that at least one of these providers serves. */
export function providersFilter({ request, view }: Question, providers: readonly string[]): ReadonlySet<string> {
  if (hasEndpoints(view.ledger)) return modelsServedBy(view.ledger, providers, request.asOf());
  throw new ParameterError('providers: the ledger has recorded no endpoints, so nobody can say who serves a model.');
}
