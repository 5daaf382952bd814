import type { Told } from '../http/errors.ts';
import type { Site } from '../site.ts';
import { Layout } from './layout.tsx';

const TITLES: Readonly<Record<number, string>> = {
  400: 'This cannot be meant',
  404: 'Not here',
  413: 'This is too large',
  503: 'The ledger cannot be read',
};

/** What went wrong, in words. */
export function ErrorPage({ told: { status, message }, site }: { readonly told: Told; readonly site: Site }) {
  const title = TITLES[status] ?? 'Something went wrong';
  return (
    <Layout frame={{ site, title, path: '', asOf: '', observedAt: undefined }}>
      <h1>{title}</h1>
      <p>{message}</p>
      {status === 503 ? <p>It is tried again with the next request.</p> : null}
      <p>
        <a href={site.link('/')}>All models</a>
      </p>
    </Layout>
  );
}
