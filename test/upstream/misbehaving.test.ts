import { describe, expect, it } from 'vitest';
import { FetchError } from '../../src/upstream/openrouter/fault.ts';
import { fetchList } from '../../src/upstream/openrouter/fetchList.ts';
import type { FetchOptions } from '../../src/upstream/openrouter/fetchOptions.ts';
import { LIST, type Misbehaviour, misbehaviours, modelList, type Step, startUpstream } from './misbehaving.ts';

/** What comes of it: the number of models read, `raw` for a body that is no list, or a failure's code. */
interface Outcome {
  readonly ends: number | 'raw' | string;
  readonly requests: number;
  /** Pauses made, in milliseconds; without jitter they are 1000, 2000, 4000, 8000. */
  readonly waits: readonly number[];
  /** Where it is not said: 200 of a body, null of a failure. */
  readonly status?: number;
  readonly says?: RegExp;
  readonly limits?: FetchOptions['limits'];
}

interface Observed extends Pick<Outcome, 'ends' | 'requests' | 'waits'> {
  readonly status: number | null;
  readonly message: string;
}

const FOUR = [1000, 2000, 4000, 8000];
const once = { requests: 1, waits: [] };
const gaveUp = { requests: 5, waits: FOUR };
const stalls = { requests: 2, waits: [1000], limits: { attemptMs: 400, retries: 1 } };

const OUTCOMES: Readonly<Record<Misbehaviour, Outcome>> = {
  'a sound list': { ends: 40, ...once },
  '429 with Retry-After in seconds, then a list': { ends: 40, requests: 2, waits: [7000] },
  '429 with Retry-After as a date, then a list': { ends: 40, requests: 2, waits: [20_000] },
  '429 with an absurdly long Retry-After': {
    ends: 'http_error',
    requests: 5,
    waits: [60_000, 60_000, 60_000, 60_000],
    status: 429,
    says: /answered 429: "Rate limit exceeded" \(5 requests made\)\. Nothing was changed\. .*Poll less often/,
  },
  '429 with a senseless Retry-After, then a list': { ends: 40, requests: 2, waits: [1000] },
  '503, then a list': { ends: 40, requests: 2, waits: [2000] },
  '408, then a list': { ends: 40, requests: 2, waits: [1000] },
  '500 for ever': { ends: 'http_error', ...gaveUp, status: 500, says: /answered 500: "Internal Server Error"/ },
  '502 as an HTML page for ever': { ends: 'http_error', ...gaveUp, status: 502, says: /502 with an HTML page/ },
  '524 without a body, then a list': { ends: 40, requests: 2, waits: [1000] },
  '529, then a list': { ends: 40, requests: 2, waits: [1000] },
  '400': { ends: 'http_error', ...once, status: 400, says: /answered 400: "Invalid output_modalities"/ },
  '401': { ends: 'http_error', ...once, status: 401, says: /"No auth credentials found".*Check OPENROUTER_API_KEY/ },
  '402': { ends: 'http_error', ...once, status: 402, says: /"Insufficient credits"/ },
  '403': { ends: 'http_error', ...once, status: 403, says: /"Your region is not supported".*whether this network/ },
  '404': { ends: 'http_error', ...once, status: 404, says: /"Not Found" \(1 request made\).*Check the address/ },
  '404 as an HTML page': { ends: 'http_error', ...once, status: 404, says: /answered 404 with an HTML page/ },
  '403 with an escape sequence in its message': {
    ends: 'http_error',
    ...once,
    status: 403,
    says: /"no\\u\{1b\}\]0;owned\\u\{7\}\\u\{a\}2026-01-01 all is well\\u\{202e\}"/,
  },
  '400 with an endless message': { ends: 'http_error', ...once, status: 400, says: /"x{300}…"/ },
  '400 whose body never ends': { ends: 'http_error', ...once, status: 400, says: /it answered 400 \(/ },
  '204 without a body': { ends: 'http_error', ...once, status: 204, says: /answered 204/ },
  '206, a part nobody asked for': { ends: 'http_error', ...once, status: 206, says: /answered 206/ },
  'an HTML page with 200': { ends: 'raw', ...gaveUp },
  'an HTML page with 200, then a list': { ends: 40, requests: 2, waits: [1000] },
  'XML with 200': { ends: 'raw', ...gaveUp },
  'an error object with 200': { ends: 'raw', ...once },
  'an empty body': { ends: 'raw', ...gaveUp },
  'an empty array': { ends: 'raw', ...once },
  'a text in JSON': { ends: 'raw', ...once },
  'an empty list': { ends: 0, ...once },
  'a wrong total_count': { ends: 40, ...once },
  'plain text': { ends: 'raw', ...gaveUp },
  'a list with another content type': { ends: 40, ...once },
  'a list without a content type': { ends: 40, ...once },
  'a list behind a byte order mark': { ends: 40, ...once },
  'half a JSON body': { ends: 'raw', ...gaveUp },
  'half a JSON body, then a list': { ends: 40, requests: 2, waits: [1000] },
  'a list and then garbage': { ends: 'raw', ...gaveUp },
  'brackets without end': { ends: 'raw', ...gaveUp },
  'a list in gzip': { ends: 40, ...once },
  'a list in brotli': { ends: 40, ...once },
  'half a gzip body': { ends: 'raw', ...gaveUp },
  'half a gzip body, then a list': { ends: 40, requests: 2, waits: [1000] },
  'half a brotli body, then a list': { ends: 40, requests: 2, waits: [1000] },
  'a gzip body with a wrong checksum': {
    ends: 'cut_off',
    ...gaveUp,
    status: 200,
    says: /it broke off \(incorrect data check\)/,
  },
  'a body that claims to be gzip': { ends: 'cut_off', ...gaveUp, status: 200, says: /incorrect header check/ },
  'a body that claims to be brotli': { ends: 'cut_off', ...gaveUp, status: 200 },
  'an unknown content encoding': { ends: 'raw', ...gaveUp },
  'twenty content encodings': { ends: 'unreachable', ...once, says: /too many content-encodings/ },
  'a gzip bomb': { ends: 'too_large', ...once, status: 200, says: /longer than 64 MiB/ },
  'an endless body': { ends: 'too_large', ...once, status: 200, says: /longer than 64 MiB/ },
  'a slow drip': { ends: 'timeout', ...stalls, says: /no whole answer within 0\.4 s \(2 requests made\)/ },
  'stalled headers': { ends: 'timeout', ...stalls },
  'a header that drips': { ends: 'timeout', ...stalls },
  'stalled headers, then a list': { ends: 40, requests: 2, waits: [1000], limits: { attemptMs: 1000 } },
  'a stalled body': { ends: 'timeout', ...stalls },
  'a reset before the headers': { ends: 'unreachable', ...gaveUp, says: /ECONNRESET.*Check the network/ },
  'a close before the headers': { ends: 'unreachable', ...gaveUp, says: /other side closed/ },
  'a reset amid the body': { ends: 'cut_off', ...gaveUp, status: 200, says: /it broke off/ },
  'a reset amid the body, then a list': { ends: 40, requests: 2, waits: [1000] },
  'a close amid a chunked body': { ends: 'cut_off', ...gaveUp, status: 200 },
  'a content-length that is too long': { ends: 'cut_off', ...gaveUp, status: 200 },
  'a content-length that is too short': { ends: 'raw', ...gaveUp },
  'no HTTP at all': { ends: 'bad_http', ...gaveUp, says: /does not match the HTTP\/1\.1 protocol/ },
  'a huge header': { ends: 'bad_http', ...once, says: /Headers Overflow/ },
  'a redirect to another host': {
    ends: 'redirected',
    ...once,
    status: 302,
    says: /redirects to https:\/\/example\.invalid\/api\/v1\/models, which is elsewhere/,
  },
  'a redirect to another scheme': { ends: 'redirected', ...once, status: 301, says: /elsewhere/ },
  'a redirect to another port': { ends: 'redirected', ...once, status: 302, says: /http:\/\/127\.0\.0\.1:9\// },
  'a redirect on the same host, then a list': { ends: 40, requests: 2, waits: [] },
  'a redirect that drops the query': { ends: 'redirected', ...once, status: 302, says: /with another query/ },
  'a redirect to itself': { ends: 'redirected', ...once, status: 302, says: /in a circle/ },
  'redirects without end': { ends: 'redirected', requests: 6, waits: [], status: 302, says: /more than 5 redirects/ },
  'a redirect to nowhere': { ends: 'redirected', ...once, status: 302, says: /without a usable address/ },
  'a redirect to no web address': { ends: 'redirected', ...once, status: 307, says: /redirects to javascript:, / },
  '304 that nobody asked for': { ends: 'http_error', ...once, status: 304, says: /304 although nothing was asked/ },
  'an ETag that cannot be sent back': { ends: 40, ...once },
  'two pages': { ends: 40, requests: 2, waits: [] },
  'a second page at an absolute address': { ends: 40, requests: 2, waits: [] },
  'a second page that fails once': { ends: 40, requests: 3, waits: [1000] },
  'a second page that is never JSON': { ends: 'raw', requests: 6, waits: FOUR },
  'a second page that is refused': { ends: 'http_error', requests: 2, waits: [], status: 404, says: /No such page/ },
  'a next page on another host': {
    ends: 'foreign_page',
    ...once,
    status: 200,
    says: /next page is said to be at https:\/\/example\.invalid\/api\/v1\/models, which is elsewhere/,
  },
  'a next page at no address': { ends: 'foreign_page', ...once, status: 200, says: /an unusable address/ },
  'a next page that is the first': {
    ends: 'page_loop',
    ...once,
    status: 200,
    says: /lead back to http:\/\/127\.0\.0\.1/,
  },
  'two pages that name each other': { ends: 'page_loop', requests: 2, waits: [], status: 200 },
  'an empty next link': { ends: 20, ...once },
  'a next link that is no text': { ends: 20, ...once },
  'pages without end': {
    ends: 'too_many_pages',
    status: 200,
    requests: 7,
    waits: [],
    limits: { pages: 7 },
    says: /more than 7 pages/,
  },
};

/** Runs it with a clock that only pauses move, and says what came of it. */
async function observe(script: readonly Step[], limits: FetchOptions['limits']): Promise<Required<Observed>> {
  const upstream = await startUpstream(script);
  const { requests, url } = upstream;
  const waits: number[] = [];
  let clock = Date.UTC(2026, 5, 1);
  const options: FetchOptions = {
    url,
    env: {},
    userAgent: 'model-ledger/test',
    now: () => clock,
    random: () => 0,
    wait: async (ms) => {
      waits.push(ms);
      clock += ms;
    },
  };
  try {
    const result = await fetchList(limits === undefined ? options : { ...options, limits });
    expect(result.attempts).toBe(requests.length);
    const ends = result.body === null ? 'not-modified' : countModels(result.body.toString());
    return { ends, requests: requests.length, waits, status: result.httpStatus, message: '' };
  } catch (error) {
    if (!(error instanceof FetchError)) throw error;
    expect([error.exitCode, error.attempts]).toEqual([3, requests.length]);
    const message = `${error.message} ${error.hint}`;
    return { ends: error.code, requests: requests.length, waits, status: error.httpStatus, message };
  }
}

/** Concatenated pages are read one by one, as `}{` between them allows. */
function countModels(text: string): number | 'raw' {
  if (text === '') return 'raw';
  try {
    const pages: unknown[] = JSON.parse(`[${text.replace(/^\ufeff/, '').replaceAll('}{"data"', '},{"data"')}]`);
    return pages.map(countPage).reduce((sum, count) => sum + count, 0);
  } catch {
    return 'raw';
  }
}

function countPage(page: unknown): number {
  if (typeof page === 'object' && page !== null && 'data' in page && Array.isArray(page.data)) return page.data.length;
  throw new Error('no list');
}

describe('an upstream that misbehaves', () => {
  const scripts = new Map<string, readonly Step[]>(Object.entries(misbehaviours));
  it.each(Object.entries(OUTCOMES))('%s', async (name, { says, limits, ...expected }) => {
    const { message, ...seen } = await observe(scripts.get(name) ?? [], limits);
    const status = expected.ends === 'raw' || typeof expected.ends === 'number' ? 200 : null;
    expect(seen).toEqual({ status, ...expected });
    expect(message).toMatch(says ?? /^/);
    expect(message).not.toMatch(/user|pass|token=|[\p{Cc}\p{Cf}]/u);
  });
});

describe('the bytes of an answer', () => {
  it.each(['a sound list', 'a list in gzip', 'a list in brotli'] as const)(
    'of %s are the decoded ones',
    async (name) => {
      const upstream = await startUpstream(misbehaviours[name]);
      const result = await fetchList({ url: upstream.url, env: {}, userAgent: 'test' });
      expect(result).toEqual({
        body: Buffer.from(LIST),
        httpStatus: 200,
        etag: null,
        attempts: 1,
      });
    },
  );

  it('of pages are those of the pages in order with nothing between', async () => {
    const upstream = await startUpstream(misbehaviours['two pages']);
    const result = await fetchList({ url: upstream.url, env: {}, userAgent: 'test' });
    const pages = String(result.body);
    expect(pages.split(/(?<=\})(?=\{"data")/).map((page) => JSON.parse(page).links)).toEqual([
      { next: '/api/v1/models?offset=20' },
      { next: null },
    ]);
    expect(pages.match(/"id":"[^"]+"/g)).toEqual(modelList().match(/"id":"[^"]+"/g));
    expect(upstream.requests.map(({ url }) => url)).toEqual([
      '/api/v1/models?output_modalities=all',
      '/api/v1/models?offset=20',
    ]);
  });
});
