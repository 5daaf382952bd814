import { NOT_RECORDED } from '../../core/query/modelParameters.ts';
import { OPENAPI, ROUTES } from '../api/routes.ts';
import { API, type Site } from '../site.ts';
import { Wide } from './table.tsx';

/** A route with many parameters gets a form for each of them. */
const MANY = 4;
const routes = Object.entries(ROUTES).map(([path, { summary, parameters }]) => {
  return { path: API + path, summary, parameters: Object.entries(parameters) };
});

const OTHERS = [
  ...routes.filter(({ parameters }) => parameters.length < MANY).map(({ path, summary }) => [path, summary]),
  [API + OPENAPI, 'All of this as OpenAPI 3.1'],
  ['/feed.atom, /feed.json', 'What is new; below a model’s address its own'],
  ['/metrics, /healthz', 'For monitors'],
];

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
      {routes
        .filter(({ parameters }) => parameters.length >= MANY)
        .map(({ path, summary, parameters }) => (
          <section>
            <h3>
              {summary}: <code>GET {path}</code>
            </h3>
            <ul class="try">
              {parameters.map(([name, schema]) => (
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
