import type { Answer } from '../http/answer.ts';
import { RequestError } from '../http/errors.ts';
import { listAt, type Question } from '../question.ts';
import { changes } from './changes.ts';
import { endpoints } from './endpoints.ts';
import { history } from './history.ts';
import { model } from './model.ts';
import { countModels, models } from './models.ts';
import { openapi } from './openapi.ts';

const API = '/api/v1';

/** Routes everything below `/api/v1`. Ids contain a `/` and may be encoded, so they are read from the raw path. */
export function routeApi(question: Question): Answer {
  const { request, site } = question;
  const [first = '', ...rest] = request.segments(`${API}/`);
  const last = rest.at(-1);
  const id = rest.slice(0, -1).join('/');
  if (first === 'models' && rest.length === 0) return models(question);
  if (first === 'models' && rest.length === 1 && last === 'count') return countModels(question);
  if (first === 'models' && rest.length > 1 && last === 'endpoints') return endpoints(question, id);
  if (first === 'model' && rest.length > 2 && last === 'history') return history(question, id);
  if (first === 'model' && rest.length > 0) return model(question, rest.join('/'));
  if (first === 'changes' && rest.length === 0) return changes(question);
  if (first === 'openapi.json' && rest.length === 0)
    return { ...openapi(site), observedAt: listAt(question).run.observedAt };
  throw new RequestError(404, `There is no ${request.path} here; ${site.base}${API}/openapi.json tells what there is.`);
}
