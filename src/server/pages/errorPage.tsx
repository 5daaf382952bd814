import type { Answer } from '../http/answer.ts';
import type { RequestError } from '../http/errors.ts';
import type { Site } from '../site.ts';
import { PAGE_HEADERS, pageAnswer } from './answers.ts';
import { type Frame, Layout, ModelLink } from './layout.tsx';

const TITLES: Readonly<Record<number, string>> = {
  400: 'This cannot be meant',
  404: 'Not here',
  413: 'This is too large',
  503: 'The ledger cannot be read',
};

export function errorPage({ status, headers, message, near }: RequestError, site: Site): Answer {
  const title = TITLES[status] ?? 'Something went wrong';
  const frame: Frame = { site, title, path: '', asOf: '', observedAt: undefined };
  const page = (
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
  return { ...pageAnswer(page), status, headers: { ...PAGE_HEADERS, 'cache-control': 'no-store', ...headers } };
}
