import type { RequestError } from '../http/errors.ts';
import type { Site } from '../site.ts';
import { type Frame, Layout, ModelLink } from './layout.tsx';

const TITLES: Readonly<Record<number, string>> = {
  400: 'This cannot be meant',
  404: 'Not here',
  413: 'This is too large',
  503: 'The ledger cannot be read',
};

export function ErrorPage({ error, site }: { readonly error: RequestError; readonly site: Site }) {
  const { status, message, near } = error;
  const title = TITLES[status] ?? 'Something went wrong';
  const frame: Frame = { site, title, path: '', asOf: '', observedAt: undefined };
  return (
    <Layout frame={frame}>
      <h1>{title}</h1>
      <p>{message}</p>
      {near.length === 0 ? null : (
        <>
          <p>Did you mean one of these?</p>
          <ul>
            {near.map((id) => (
              <li>
                <ModelLink id={id} frame={frame} />
              </li>
            ))}
          </ul>
        </>
      )}
      {status === 503 ? <p>It is tried again with the next request.</p> : null}
      <p>
        <a href={site.link('/')}>All models</a>
      </p>
    </Layout>
  );
}
