import { CHANGE_PARAMETERS } from '../../core/query/changeParameters.ts';
import { MODEL_PARAMETERS, NOT_RECORDED } from '../../core/query/modelParameters.ts';
import type { Site } from '../site.ts';
import { Wide } from './table.tsx';

const ROUTES = [
  ['/api/v1/models', "Upstream's list", MODEL_PARAMETERS],
  ['/api/v1/changes', 'What changed, newest first', CHANGE_PARAMETERS],
] as const;

const OTHERS = [
  ['/api/v1/models/count', 'How many models there are'],
  ['/api/v1/model/{author}/{slug}', 'One model'],
  ['/api/v1/model/{author}/{slug}/history', 'Its prices and limits, with the time they held'],
  ['/api/v1/models/{author}/{slug}/endpoints', 'Who serves it, where that was recorded'],
  ['/api/v1/openapi.json', 'All of this as OpenAPI 3.1'],
  ['/feed.atom, /feed.json', 'What is new; below a model’s address its own'],
  ['/metrics, /healthz', 'For monitors'],
] as const;

/** The reference of the API, with a form to try each parameter. Long, because it is one text. */
export function ApiReference({ site }: { readonly site: Site }) {
  return (
    <>
      <h2>The API</h2>
      <p>
        OpenRouter’s Models API, so that a program written for it needs only another address. Every route takes{' '}
        <code>as_of</code>.
        {site.needsToken
          ? ' It asks for a bearer token, which a browser does not send: the forms below are then answered with 401.'
          : ''}
      </p>
      {ROUTES.map(([path, title, parameters]) => (
        <section>
          <h3>
            {title}: <code>GET {path}</code>
          </h3>
          <ul class="try">
            {Object.entries(parameters).map(([name, schema]) => (
              <li>
                <form action={site.link(path)} method="get" aria-label={`Try ${name} of ${path}`}>
                  <label>
                    <code>{name}</code> <input type="text" name={name} autocomplete="off" size={12} required />
                  </label>{' '}
                  <button type="submit">Try</button> <span>{schema.description}</span>
                </form>
              </li>
            ))}
          </ul>
        </section>
      ))}
      <p>The ledger does not record what these ask for, so they are refused: {NOT_RECORDED.join(', ')}.</p>
      <Wide label="Other routes">
        <table>
          <tbody>
            {OTHERS.map(([path, words]) => (
              <tr>
                <th scope="row">
                  <code>{path}</code>
                </th>
                <td>{words}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Wide>
    </>
  );
}
