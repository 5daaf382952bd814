import type { RequestError } from '../http/errors.ts';
import { modelPath, type Site } from '../site.ts';
import { Layout } from './layout.tsx';
import { line } from './words.ts';

const TITLES: Readonly<Record<number, string>> = {
  400: 'This cannot be meant',
  404: 'Not here',
  413: 'This is too large',
  503: 'The ledger cannot be read',
};

/** What went wrong, in words. */
export function ErrorPage({ error, site }: { readonly error: RequestError; readonly site: Site }) {
  const { status, message, near } = error;
  const title = TITLES[status] ?? 'Something went wrong';
  return (
    <Layout frame={{ site, title, path: '', asOf: '', observedAt: undefined }}>
      <h1>{title}</h1>
      <p>{message}</p>
      {near.length === 0 ? null : (
        <>
          <p>Did you mean one of these?</p>
          <ul>
            {near.map((id) => (
              <li>
                <a href={site.link(modelPath(id))}>{line(id)}</a>
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
