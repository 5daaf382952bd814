import { describe, expect, it } from 'vitest';
import { FetchError } from '../../src/upstream/openrouter/fault.ts';
import { openEndpoints } from '../../src/upstream/openrouter/fetchEndpoints.ts';
import { answer, type Misbehaviour, misbehaviours, startUpstream } from './misbehaving.ts';

/** Attempts that come to nothing are cut short; one that is answered has its time, also on a busy machine. */
const HURRIED: Partial<Record<Misbehaviour, number>> = {
  ...{ 'a slow drip': 400, 'stalled headers': 400, 'a header that drips': 400, 'a stalled body': 400 },
  'stalled headers, then a list': 1000,
};

/** What one question came to: `answer`, `none`, or a failure's code; and how many requests it took. */
async function ask(name: Misbehaviour): Promise<readonly [string, number]> {
  const upstream = await startUpstream(misbehaviours[name]);
  const client = await openEndpoints({
    ...{ url: upstream.url, env: {}, userAgent: 'test', random: () => 0, wait: async () => {} },
    limits: { attemptMs: HURRIED[name] ?? 30_000, retries: 1 },
  });
  try {
    return [(await client.ask('a/1')) === null ? 'none' : 'answer', client.requests()];
  } catch (error) {
    if (!(error instanceof FetchError)) throw error;
    return [error.code, client.requests()];
  } finally {
    await client.close();
  }
}

const OUTCOMES: readonly (readonly [Misbehaviour, string, number])[] = [
  ['401', 'http_error', 1],
  ['404', 'none', 1],
  ['404 as an HTML page', 'none', 1],
  ['429 with Retry-After in seconds, then a list', 'answer', 2],
  ['500 for ever', 'http_error', 2],
  ['524 without a body, then a list', 'answer', 2],
  ['400 whose body never ends', 'http_error', 1],
  ['204 without a body', 'http_error', 1],
  ['half a JSON body, then a list', 'answer', 2],
  ['a list in gzip', 'answer', 1],
  ['a list in brotli', 'answer', 1],
  ['half a gzip body, then a list', 'answer', 2],
  ['a gzip body with a wrong checksum', 'cut_off', 2],
  ['a body that claims to be gzip', 'cut_off', 2],
  ['a body that claims to be brotli', 'cut_off', 2],
  ['an unknown content encoding', 'answer', 2],
  ['twenty content encodings', 'unreachable', 1],
  ['an endless body', 'too_large', 1],
  ['a slow drip', 'timeout', 2],
  ['stalled headers', 'timeout', 2],
  ['a header that drips', 'timeout', 2],
  ['stalled headers, then a list', 'answer', 2],
  ['a stalled body', 'timeout', 2],
  ['a reset before the headers', 'unreachable', 2],
  ['a close before the headers', 'unreachable', 2],
  ['a reset amid the body', 'cut_off', 2],
  ['a reset amid the body, then a list', 'answer', 2],
  ['a close amid a chunked body', 'cut_off', 2],
  ['a content-length that is too long', 'cut_off', 2],
  ['a content-length that is too short', 'cut_off', 2],
  ['no HTTP at all', 'bad_http', 2],
  ['a huge header', 'bad_http', 2],
  ['a redirect to another host', 'redirected', 1],
  ['a redirect to another port', 'redirected', 1],
  ['redirects without end', 'redirected', 6],
];

describe('an upstream that misbehaves when it is asked about one model', () => {
  it.each(OUTCOMES)('%s', async (name, ends, requests) => {
    expect(await ask(name)).toEqual([ends, requests]);
  });
});

it('the next question is not harmed by one that came to nothing', async () => {
  const late = misbehaviours['stalled headers'];
  const upstream = await startUpstream([answer(), ...late, answer(), answer()]);
  const client = await openEndpoints({
    ...{ url: upstream.url, env: {}, userAgent: 'test', wait: async () => {}, limits: { attemptMs: 1000, retries: 0 } },
  });
  const told: string[] = [];
  for (const model of ['a/1', 'a/2', 'a/3', 'b/ü:free']) {
    told.push(
      await client.ask(model).then(
        (body) => (body === null ? 'none' : 'answer'),
        (error: FetchError) => error.code,
      ),
    );
  }
  await client.close();
  expect(told).toEqual(['answer', 'timeout', 'answer', 'answer']);
  expect(upstream.requests.map(({ url, headers }) => [url, headers.connection, headers['user-agent']])).toEqual(
    ['a/1', 'a/2', 'a/3', 'b/%C3%BC:free'].map((id) => [`/api/v1/models/${id}/endpoints`, 'keep-alive', 'test']),
  );
});

it.each(['{"data":"KEY"}', 'no JSON, but the KEY'])('an answer that repeats the key is not kept: %s', async (body) => {
  const apiKey = 'sk-or-v1-canary-0123456789';
  const upstream = await startUpstream([answer(body.replace('KEY', apiKey))]);
  const options = { url: upstream.url, env: {}, userAgent: 'test', apiKey, limits: { retries: 0 } };
  const client = await openEndpoints(options);
  try {
    await expect(client.ask('a/1')).rejects.toMatchObject({ code: 'key_repeated', httpStatus: 200 });
  } finally {
    await client.close();
  }
});
