import type { Answer } from '../http/answer.ts';
import type { Asked } from '../http/asked.ts';
import { NotFound } from '../http/errors.ts';
import type { Site } from '../site.ts';
import type { View } from '../source/ledgerSource.ts';
import { changes } from './changes.ts';
import { endpoints } from './endpoints.ts';
import { history } from './history.ts';
import { listAt } from './listAt.ts';
import { model } from './model.ts';
import { countModels, models } from './models.ts';
import { openapi } from './openapi.ts';

export const API = '/api/v1';

/** Everything below `/api/v1`. Ids hold a `/` and may come encoded, so that they are read from the path itself. */
export function routeApi(asked: Asked, view: View, site: Site): Answer {
  const segments = asked.segments(`${API}/`);
  const [first = '', ...rest] = segments;
  const last = rest.at(-1);
  if (first === 'models' && rest.length === 0) return models(asked, view, site.base);
  if (first === 'models' && rest.length === 1 && last === 'count') return countModels(asked, view);
  if (first === 'models' && rest.length > 1 && last === 'endpoints')
    return endpoints(asked, view, rest.slice(0, -1).join('/'));
  if (first === 'model' && rest.length > 2 && last === 'history')
    return history(asked, view, rest.slice(0, -1).join('/'));
  if (first === 'model' && rest.length > 0) return model(asked, view, rest.join('/'));
  if (first === 'changes' && rest.length === 0) return changes(asked, view, site.base);
  if (first === 'openapi.json' && rest.length === 0)
    return { ...openapi(site), observedAt: listAt(asked, view).run.observedAt };
  throw new NotFound(`There is no ${asked.path} here; ${site.base}${API}/openapi.json tells what there is.`);
}
