import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/core/errors.ts';
import { FetchError } from '../../src/upstream/openrouter/fault.ts';
import { fetchList } from '../../src/upstream/openrouter/fetchList.ts';
import type { FetchOptions, RetryNote } from '../../src/upstream/openrouter/fetchOptions.ts';
import { answer, LIST, misbehaviours, redirectTo, refusal, startUpstream } from './misbehaving.ts';

const KEY = 'sk-or-v1-canary-0123456789';
const at = { env: {}, userAgent: 'model-ledger/1.2.3 (+https://example.invalid)' };

async function failure(run: Promise<unknown>): Promise<FetchError | UsageError> {
  const error: unknown = await run.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof FetchError || error instanceof UsageError) return error;
  throw new Error('it did not fail as it should', { cause: error });
}

describe('the request', () => {
  it('names the program, takes JSON in gzip or brotli, and carries no key unless one is given', async () => {
    const upstream = await startUpstream(answer());
    await fetchList({ ...at, url: upstream.url });
    expect(upstream.requests.map(({ method, url }) => [method, url])).toEqual([
      ['GET', '/api/v1/models?output_modalities=all'],
    ]);
    expect(upstream.requests[0]?.headers).toMatchObject({
      'user-agent': at.userAgent,
      accept: 'application/json',
      'accept-encoding': 'gzip, br',
    });
    expect(Object.keys(upstream.requests[0]?.headers ?? {})).not.toContain('authorization');
    expect(Object.keys(upstream.requests[0]?.headers ?? {})).not.toContain('if-none-match');
  });

  it('carries the key as a bearer token, on redirects and pages of the same origin too', async () => {
    const upstream = await startUpstream([redirectTo('/v2?output_modalities=all'), ...misbehaviours['two pages']]);
    await fetchList({ ...at, url: upstream.url, apiKey: KEY });
    expect(upstream.requests.map(({ headers }) => headers.authorization)).toEqual(Array(3).fill(`Bearer ${KEY}`));
  });

  it.each([
    ['a redirect', (elsewhere: URL) => redirectTo(elsewhere.href)],
    ['a page link', (elsewhere: URL) => answer(JSON.stringify({ data: [], links: { next: elsewhere.href } }))],
  ])('never reaches another port by %s', async (_, step) => {
    const elsewhere = await startUpstream(answer());
    const upstream = await startUpstream(step(elsewhere.url));
    const error = await failure(fetchList({ ...at, url: upstream.url, apiKey: KEY }));
    expect(error.code).toMatch(/^(?:redirected|foreign_page)$/);
    expect([upstream.requests.length, elsewhere.requests.length]).toEqual([1, 0]);
  });
});

describe('a conditional request', () => {
  it('is answered by 304: not modified', async () => {
    const upstream = await startUpstream(answer('', 304, { etag: 'W/"abc"' }));
    const result = await fetchList({ ...at, url: upstream.url, etag: 'W/"abc"' });
    expect(result).toEqual({ body: null, httpStatus: 304, etag: 'W/"abc"', attempts: 1 });
    expect(upstream.requests[0]?.headers['if-none-match']).toBe('W/"abc"');
  });

  it('is answered by a list with a new ETag', async () => {
    const upstream = await startUpstream(answer(LIST, 200, { etag: ' "def" \t' }));
    const result = await fetchList({ ...at, url: upstream.url, etag: '"abc"' });
    expect(result).toMatchObject({ body: expect.any(Buffer), httpStatus: 200, etag: '"def"' });
  });

  it.each(['', 'abc', '"a\nb"', '"caf\u00e9"', `"${'x'.repeat(300)}"`])(
    'is not made with the malformed ETag %j',
    async (etag) => {
      const upstream = await startUpstream(answer());
      await fetchList({ ...at, url: upstream.url, etag });
      expect(Object.keys(upstream.requests[0]?.headers ?? {})).not.toContain('if-none-match');
    },
  );

  it('is made for the first page only, and several pages have no ETag', async () => {
    const page = JSON.stringify({ data: [], links: { next: '?offset=1' } });
    const upstream = await startUpstream([answer(page, 200, { etag: '"p1"' }), answer(LIST, 200, { etag: '"p2"' })]);
    const result = await fetchList({ ...at, url: upstream.url, etag: '"abc"' });
    expect(result.etag).toBeNull();
    expect(upstream.requests.map(({ headers }) => headers['if-none-match'])).toEqual(['"abc"', undefined]);
  });
});

describe('the time of a run', () => {
  it('is over while nothing comes, whatever an attempt may take', async () => {
    const upstream = await startUpstream(misbehaviours['stalled headers']);
    const error = await failure(fetchList({ ...at, url: upstream.url, limits: { runMs: 400 } }));
    expect([error.code, error.message]).toEqual([
      'timeout',
      `No list from ${upstream.url.origin}/api/v1/models: the whole run took longer than 0.4 s (1 request made). Nothing was changed.`,
    ]);
  });

  it.each(['a slow drip', 'a stalled body', 'a header that drips'] as const)('is over under %s', async (name) => {
    const upstream = await startUpstream(misbehaviours[name]);
    const error = await failure(fetchList({ ...at, url: upstream.url, limits: { runMs: 400 } }));
    expect([error.code, upstream.requests.length]).toEqual(['timeout', 1]);
  });

  it('is not spent on a pause after which nothing could be done', async () => {
    const upstream = await startUpstream(refusal(503, 'down', { 'retry-after': '45' }));
    let clock = 0;
    const waits: number[] = [];
    const wait = async (ms: number): Promise<void> => {
      waits.push(ms);
      clock += ms;
    };
    const error = await failure(
      fetchList({ ...at, url: upstream.url, limits: { runMs: 100_000 }, wait, now: () => clock }),
    );
    expect([error.code, waits, upstream.requests.length]).toEqual(['http_error', [45_000, 45_000], 3]);
  });

  it('ends a pause that outlasts it', async () => {
    const upstream = await startUpstream(refusal(503, 'down'));
    const never = (): Promise<void> => new Promise(() => {});
    const error = await failure(
      fetchList({ ...at, url: upstream.url, limits: { runMs: 400, minDelayMs: 1 }, wait: never }),
    );
    expect([error.code, upstream.requests.length]).toEqual(['timeout', 1]);
  });
});

describe('a stop asked for by the caller', () => {
  it('makes no request when it comes first', async () => {
    const upstream = await startUpstream(answer());
    const error = await failure(fetchList({ ...at, url: upstream.url, signal: AbortSignal.abort() }));
    expect([error.code, upstream.requests.length]).toEqual(['stopped', 0]);
  });

  it('ends a request under way', async () => {
    const stop = new AbortController();
    const upstream = await startUpstream(() => stop.abort('a word, not an error'));
    const error = await failure(fetchList({ ...at, url: upstream.url, signal: stop.signal }));
    expect([error.code, upstream.requests.length]).toEqual(['stopped', 1]);
  });

  it('ends a pause', async () => {
    const stop = new AbortController();
    const upstream = await startUpstream(refusal(503, 'down', { 'retry-after': '60' }));
    const error = await failure(
      fetchList({ ...at, url: upstream.url, signal: stop.signal, onRetry: () => stop.abort() }),
    );
    expect([error.code, upstream.requests.length]).toEqual(['stopped', 1]);
  });
});

describe('what is told', () => {
  it('of each retry is the request, the reason and the pause', async () => {
    const upstream = await startUpstream([
      refusal(503, 'No provider'),
      ...misbehaviours['half a JSON body, then a list'],
    ]);
    const notes: RetryNote[] = [];
    const onRetry = (note: RetryNote): void => void notes.push(note);
    await fetchList({ ...at, url: upstream.url, wait: async () => {}, random: () => 0, onRetry });
    expect(notes).toEqual([
      { attempt: 1, reason: 'it answered 503: "No provider"', delayMs: 1000 },
      { attempt: 2, reason: 'it answered 200 with JSON that is cut off or broken', delayMs: 2000 },
    ]);
  });

  it.each([
    ['an HTML page with 200', 'it answered 200 with an HTML page instead of JSON'],
    ['XML with 200', 'it answered 200 with XML instead of JSON'],
    ['plain text', 'it answered 200 with something that is not JSON'],
    ['an empty body', 'it answered 200 with an empty answer'],
    ['brackets without end', 'it answered 200 with JSON nested beyond all measure'],
  ] as const)('of %s is what came instead', async (name, reason) => {
    const upstream = await startUpstream(misbehaviours[name]);
    const notes: string[] = [];
    const onRetry = (note: RetryNote): void => void notes.push(note.reason);
    await fetchList({ ...at, url: upstream.url, wait: async () => {}, limits: { retries: 1 }, onRetry });
    expect(notes).toEqual([reason]);
  });

  it('is nothing where the page is whole: what stands in its list is for the reader to judge', async () => {
    const upstream = await startUpstream(answer('{"data":[{"id":tru,"pricing":{}}],"links":{"next":null}} '));
    const notes: RetryNote[] = [];
    const found = await fetchList({ ...at, url: upstream.url, onRetry: (note) => void notes.push(note) });
    expect([found.httpStatus, notes, upstream.requests.length]).toEqual([200, [], 1]);
  });

  it('never holds the key, even where upstream repeats it', async () => {
    const upstream = await startUpstream(refusal(503, `Bad key ${KEY}`));
    const notes: RetryNote[] = [];
    const options: FetchOptions = {
      ...at,
      url: upstream.url,
      apiKey: KEY,
      wait: async () => {},
      onRetry: (note) => notes.push(note),
    };
    const error = await failure(fetchList(options));
    expect(error.message).toContain('answered 503: "Bad key [secret]"');
    expect(inspect([error, notes], { depth: 12, showHidden: true })).not.toContain('canary');
  });

  it.each(['sk canary', 'sk-canary\nx-injected: 1', 'canary\u0000', 'caf\u00e9-canary', ''])(
    'of the malformed key %j is nothing, and nothing is sent',
    async (apiKey) => {
      const upstream = await startUpstream(answer());
      const error = await failure(fetchList({ ...at, url: upstream.url, apiKey }));
      expect([error.exitCode, error.code, upstream.requests.length]).toEqual([2, 'malformed_key', 0]);
      expect(inspect(error, { depth: 12, showHidden: true })).not.toMatch(
        /canary"|sk canary|sk-canary|injected|-canary/,
      );
    },
  );

  it('of credentials in the address is nothing, and nothing is sent', async () => {
    const upstream = await startUpstream(answer());
    const error = await failure(fetchList({ ...at, url: new URL(upstream.url.href.replace('//', '//user:canary@')) }));
    expect([error.exitCode, error.code, upstream.requests.length]).toEqual([2, 'credentials_in_url', 0]);
    expect(inspect(error, { depth: 12 })).not.toContain('canary');
  });

  it('of an address that is no web address is a wrong usage', async () => {
    const error = await failure(fetchList({ ...at, url: new URL('ftp://example.invalid/models') }));
    expect([error.exitCode, error.code]).toEqual([2, 'unsupported_url']);
  });

  it('of a refused connection is the connection, with a way to do without', async () => {
    const upstream = await startUpstream(answer());
    await upstream.close();
    const error = await failure(fetchList({ ...at, url: upstream.url, wait: async () => {} }));
    expect(error.message).toBe(
      `No list from ${upstream.url.origin}/api/v1/models: connect ECONNREFUSED ${upstream.url.host} (5 requests made). Nothing was changed.`,
    );
    expect(error.hint).toContain('--source FILE');
    expect(error).toMatchObject({ code: 'unreachable', httpStatus: null, attempts: 5 });
  });
});

describe('the address in a failure', () => {
  const first = answer(JSON.stringify({ data: [], links: { next: '/next?offset=20' } }));
  const refused = refusal(404, 'Not here');
  const loop = answer(JSON.stringify({ data: [], links: { next: '/api/v1/models?output_modalities=all' } }));

  it.each([
    ['a refused page', [first, refused], '/next (page 2): it answered 404: "Not here" (2 requests made)'],
    [
      'a redirect of a page',
      [first, redirectTo('/last?offset=20'), refused],
      '/last (page 2): it answered 404: "Not here" (3 requests made)',
    ],
    [
      'a redirect',
      [redirectTo('/v2?output_modalities=all'), refused],
      '/v2: it answered 404: "Not here" (2 requests made)',
    ],
    [
      'a page link',
      [first, loop],
      '/next (page 2): its page links lead back to ORIGIN/api/v1/models (2 requests made)',
    ],
  ] as const)('is the one that failed: %s', async (_, script, words) => {
    const upstream = await startUpstream([...script]);
    const { origin } = upstream.url;
    const error = await failure(fetchList({ ...at, url: upstream.url }));
    expect(error.message).toBe(`No list from ${origin}${words.replace('ORIGIN', origin)}. Nothing was changed.`);
  });
});

describe('the size of a list', () => {
  it('is counted over all its pages', async () => {
    const upstream = await startUpstream(misbehaviours['two pages']);
    const whole = await fetchList({ ...at, url: upstream.url });
    const bytes = whole.body?.length ?? 0;

    const enough = await startUpstream(misbehaviours['two pages']);
    await expect(fetchList({ ...at, url: enough.url, limits: { bodyBytes: bytes } })).resolves.toMatchObject({
      attempts: 2,
    });

    const short = await startUpstream(misbehaviours['two pages']);
    const error = await failure(fetchList({ ...at, url: short.url, limits: { bodyBytes: bytes - 1 } }));
    expect([error.code, short.requests.length]).toEqual(['too_large', 2]);
  });
});
