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
  '/models': ['The list of models', MODEL_PARAMETERS, LIST, models],
  '/models/count': ['How many models there are', { output_modalities, as_of }, COUNT, countModels],
  '/model/{author}/{slug}': ['One listed model', { as_of, as_recorded }, ONE_MODEL, model, /^\/model\/(.*)$/s],
  '/models/{author}/{slug}/endpoints': [
    ...(['Who serves a model, where that was recorded', { as_of }, ENDPOINTS, endpoints] as const),
    /^\/models\/(.*)\/endpoints$/s,
  ],
  '/model/{author}/{slug}/history': [
    ...(['Every price and limit of a model', { as_of }, HISTORY, history] as const),
    /^\/model\/(.*\/.*)\/history$/s,
  ],
  '/changes': ['What changed, newest first', CHANGE_PARAMETERS, CHANGES, changes],
};

/** Describes the routes. */
export const OPENAPI = '/openapi.json';

/** Routes everything below `/api/v1`. */
export function routeApi(question: Question): Answer {
  const { request, site } = question;
  const path = `/${request.segments(`${API}/`).join('/')}`;
  if (path === OPENAPI) return { ...openapi(site, ROUTES), observedAt: listAt(question).run.observedAt };
  // From the last one, because the path of a model also fits that of its history.
  for (const [own, [, , , answer, id]] of Object.entries(ROUTES).reverse()) {
    const found = id === undefined ? path === own : id.exec(path);
    if (found) return answer(question, found === true ? '' : (found[1] ?? ''));
  }
  throw new RequestError(404, `There is no ${request.path} here; ${site.base}${API}${OPENAPI} tells what there is.`);
}
