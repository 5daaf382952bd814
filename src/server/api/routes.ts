import { CHANGE_PARAMETERS } from '../../core/query/changeParameters.ts';
import { MODEL_PARAMETERS } from '../../core/query/modelParameters.ts';
import type { Answer } from '../http/answer.ts';
import { RequestError } from '../http/errors.ts';
import { listAt, type Question } from '../question.ts';
import { API } from '../site.ts';
import { changes } from './changes.ts';
import { endpoints } from './endpoints.ts';
import { history } from './history.ts';
import { model } from './model.ts';
import { countModels, models } from './models.ts';
import { openapi, type Route } from './openapi.ts';
import { CHANGES, COUNT, ENDPOINTS, HISTORY, LIST, ONE_MODEL } from './schemas.ts';

const { output_modalities, as_of, as_recorded } = MODEL_PARAMETERS;

export const ROUTES: Readonly<Record<string, Route>> = {
  '/models': { summary: 'The list of models', parameters: MODEL_PARAMETERS, content: LIST, answer: models },
  '/models/count': {
    summary: 'How many models there are',
    parameters: { output_modalities, as_of },
    content: COUNT,
    answer: countModels,
  },
  '/model/{author}/{slug}': {
    summary: 'One listed model',
    parameters: { as_of, as_recorded },
    content: ONE_MODEL,
    answer: model,
    id: /^\/model\/(.*)$/s,
  },
  '/models/{author}/{slug}/endpoints': {
    summary: 'Who serves a model, where that was recorded',
    parameters: { as_of },
    content: ENDPOINTS,
    answer: endpoints,
    id: /^\/models\/(.*)\/endpoints$/s,
  },
  '/model/{author}/{slug}/history': {
    summary: 'Every price and limit of a model',
    parameters: { as_of },
    content: HISTORY,
    answer: history,
    id: /^\/model\/(.*\/.*)\/history$/s,
  },
  '/changes': {
    summary: 'What changed, newest first',
    parameters: CHANGE_PARAMETERS,
    content: CHANGES,
    answer: changes,
  },
};

/** Describes the routes. */
export const OPENAPI = '/openapi.json';

/** Routes everything below `/api/v1`. */
export function routeApi(question: Question): Answer {
  const { request, site } = question;
  const path = `/${request.segments(`${API}/`).join('/')}`;
  if (path === OPENAPI) return { ...openapi(site, ROUTES), observedAt: listAt(question).run.observedAt };
  // From the last one, because the path of a model also fits that of its history.
  for (const [own, { answer, id }] of Object.entries(ROUTES).reverse()) {
    const found = id === undefined ? path === own : id.exec(path);
    if (found) return answer(question, found === true ? '' : (found[1] ?? ''));
  }
  throw new RequestError(404, `There is no ${request.path} here; ${site.base}${API}${OPENAPI} tells what there is.`);
}
