import { readFileSync, rmSync } from 'node:fs';
import { parseAtomFeed, parseRssFeed } from 'feedsmith';
import { describe, expect, it } from 'vitest';
import { smallLedger } from '../commands/asking.ts';
import { jsonOf, newApp } from './apps.ts';

async function newOurs(options: Parameters<typeof newApp>[1] = {}) {
  const db = await smallLedger();
  const { app } = newApp(db, options);
  const get = async (path: string): Promise<Response> => await app.request(path);
  const json = async (path: string) => await jsonOf(await get(path));
  return { db, get, json };
}

/** The status of the feed with each of some queries. */
async function statuses(get: (path: string) => Promise<Response>, queries: readonly string[]): Promise<number[]> {
  return await Promise.all(queries.map(async (query) => (await get(`/feed.atom?${query}`)).status));
}

describe('GET /changes', () => {
  it('has the events that the command has, with the names of the table', async () => {
    const { json } = await newOurs();
    const { data, links } = await json('/api/v1/changes?model=ann/one&type=repriced');
    expect(links).toEqual({ next: null });
    expect(data[0]).toEqual({
      ...{ run_id: 3, model_id: 'ann/one', type: 'repriced', field: 'pricing.prompt', cause: null, change_pct: 100 },
      ...{ old_value: '0.0000005', new_value: '0.000001' },
      ...{ observed_at: '2026-01-04T00:00:00.000Z', previous_observed_at: '2026-01-03T06:30:00.000Z' },
      verdict: null,
    });
    expect(data.map(({ field }: { field: string }) => field)).toEqual([
      'pricing.prompt',
      'pricing.completion',
      'pricing.prompt',
      'pricing.completion',
    ]);
  });

  it.each([1, 2, 3, 7, 1000])('is paged by a cursor, %i at a time, without losing or repeating any', async (limit) => {
    const { json } = await newOurs();
    const all = (await json('/api/v1/changes?all=true&limit=1000')).data;
    const paged: unknown[] = [];
    let next: string | null = `/api/v1/changes?all=true&limit=${limit}`;
    for (let page = 0; next !== null && page < 100; page += 1) {
      const answer: { data: unknown[]; links: { next: string | null } } = await json(next);
      paged.push(...answer.data);
      next = answer.links.next;
    }
    expect(paged).toEqual(all);
  });

  it('knows what was known then', async () => {
    const { json } = await newOurs();
    const { data } = await json('/api/v1/changes?as_of=2026-01-04');
    expect(data[0].observed_at).toBe('2026-01-04T00:00:00.000Z');
  });

  it('reads times as every route does, a zone with a lost plus too', async () => {
    const { json } = await newOurs();
    const oldest = async (since: string): Promise<unknown> =>
      (await json(`/api/v1/changes?all=true&limit=1000&since=${since}`)).data.at(-1).observed_at;
    expect(await oldest('2026-01-03T06:30:00%2B00:00')).toBe('2026-01-03T06:30:00.000Z');
    expect(await oldest('2026-01-03T06:30:00+00:00')).toBe('2026-01-03T06:30:00.000Z');
  });

  it('reads a count as the list of models does, with zeros before it or without', async () => {
    const { json } = await newOurs();
    const [padded, plain] = [await json('/api/v1/changes?limit=00002'), await json('/api/v1/changes?limit=2')];
    expect(padded.data).toEqual(plain.data);
    expect(plain.data).toHaveLength(2);
  });

  it.each([
    'type=sold',
    'limit=0',
    'limit=1001',
    'limit=1.5',
    'cursor=x',
    'cursor=2026-99-99T00:00:00.000Z_1',
    'since=someday',
    'min_percent=x',
    'noise=1',
  ])('refuses %s', async (query) => {
    const { get } = await newOurs();
    const answer = await get(`/api/v1/changes?${query}`);
    expect([answer.status, (await jsonOf(answer)).error.message]).toEqual([
      400,
      expect.stringContaining(query.split('=')[0] ?? ''),
    ]);
  });
});

describe('GET /model/…/history', () => {
  it('has every price and limit with its interval, as known by an instant', async () => {
    const { json, get } = await newOurs();
    const { data } = await json('/api/v1/model/ann/one/history');
    expect(data.prices.filter(({ component }: { component: string }) => component === 'prompt')).toEqual([
      {
        component: 'prompt',
        condition: '',
        price: '0.000001',
        dynamic: false,
        valid_from: '2026-01-01T00:00:00.000Z',
        valid_to: '2026-01-03T06:30:00.000Z',
      },
      {
        component: 'prompt',
        condition: '',
        price: '0.0000005',
        dynamic: false,
        valid_from: '2026-01-03T06:30:00.000Z',
        valid_to: '2026-01-04T00:00:00.000Z',
      },
      {
        component: 'prompt',
        condition: '',
        price: '0.000001',
        dynamic: false,
        valid_from: '2026-01-04T00:00:00.000Z',
        valid_to: null,
      },
    ]);
    expect(data.limits[0]).toMatchObject({ context_length: 8000, max_completion_tokens: 1000, is_moderated: false });
    const then = await json('/api/v1/model/ann/one/history?as_of=2026-01-03T12:00Z');
    expect(then.data.prices.at(-1)).toMatchObject({ price: '0.000001', valid_to: null });
    expect((await get('/api/v1/model/no/body/history')).status).toBe(404);
    expect((await get('/api/v1/model/bob/night/history?as_of=2026-01-02')).status).toBe(404);
  });
});

describe('openapi.json', () => {
  it('describes the parameters as the schemas read them', async () => {
    const { json } = await newOurs();
    const { openapi, paths } = await json('/api/v1/openapi.json');
    expect(openapi).toBe('3.1.0');
    const parameters: { name: string; schema: object }[] = paths['/models'].get.parameters;
    const schemaOf = (name: string) => parameters.find((one) => one.name === name)?.schema;
    expect(schemaOf('limit')).toEqual({ type: 'integer', minimum: 1, maximum: 1000 });
    expect(schemaOf('min_price')).toMatchObject({ type: 'number', minimum: 0 });
    const page = readFileSync(new URL('../../docs/serve.md', import.meta.url), 'utf8');
    const documented = Array.from(page.matchAll(/^\| `GET \/api\/v1(\/[^`]+)` \|/gm), ([, path]) => path);
    expect([...Object.keys(paths), '/openapi.json'].sort()).toEqual(documented.sort());
    const { content } = paths['/models'].get.responses[200];
    expect(Object.keys(content)).toEqual(['application/json', 'application/rss+xml']);
    const [list, recorded] = content['application/json'].schema.anyOf;
    expect([list.required, recorded.type]).toEqual([
      ['data', 'total_count', 'links'],
      ['object', 'array'],
    ]);
  });
});

describe('feeds and monitors', () => {
  it('tell what is new, of all models or of one', async () => {
    const { get } = await newOurs();
    const atom = await get('/feed.atom');
    expect([atom.status, atom.headers.get('content-type')]).toEqual([200, 'application/atom+xml; charset=utf-8']);
    const all = await jsonOf(await get('/feed.json'));
    expect(all.items.length).toBeGreaterThan(3);
    const one = await jsonOf(await get('/models/ann/two/feed.json'));
    expect(one.title).toBe('Changes of ann/two');
    const titles = all.items.map(({ title }: { title: string }) => title);
    expect(one.items.map(({ title }: { title: string }) => title)).toEqual(
      titles.filter((title: string) => title.startsWith('ann/two')),
    );
  });

  it('tell what was new then, as the changes do', async () => {
    const { get, json } = await newOurs({ now: '2026-01-11T00:00:00Z' });
    const datesOf = (items: { date_published: string }[]) => [...new Set(items.map((item) => item.date_published))];
    const all: string[] = datesOf((await json('/feed.json')).items);
    for (const [asOf, then] of [
      ['2026-01-04', '2026-01-04T00:00:00.000Z'],
      ['2026-01-04T00:00:00.001Z', '2026-01-04T00:00:00.000Z'],
      ['7d', '2026-01-04T00:00:00.000Z'],
      ['2026-01-03T23:59:59.999Z', '2026-01-03T06:30:00.000Z'],
    ]) {
      const answer = await get(`/feed.json?as_of=${asOf}`);
      expect(answer.headers.get('x-ledger-observed-at')).toBe(then);
      expect(datesOf((await jsonOf(answer)).items)).toEqual(all.filter((date) => date <= String(then)));
      const one = await json(`/models/ann/one/feed.json?as_of=${asOf}`);
      expect(datesOf(one.items)[0]).toBe(then);
      expect(await (await get(`/feed.atom?as_of=${asOf}`)).text()).toContain(`<updated>${then}</updated>`);
    }
    expect(await statuses(get, ['as_of=someday', 'as_of=2026-02-30', 'as_of=2025-12-31'])).toEqual([400, 400, 404]);
    expect((await get('/models/bob/night/feed.json?as_of=2026-01-02')).status).toBe(404);
    const twice = 'as_of=2026-01-03&as_of=2026-01-04';
    for (const path of ['/feed.json', '/', '/changes', '/api/v1/model/ann/one', '/api/v1/model/ann/one/history'])
      expect([path, (await get(`${path}?${twice}`)).status]).toEqual([path, 400]);
  });

  it('say where they are, below any base path and for any time', async () => {
    const { get, json } = await newOurs({ base: '/ledger' });
    for (const [path, self] of [
      ['/feed', '/feed'],
      ['/models/ann/one/feed', '/models/ann/one/feed'],
      ['/models/ann%2Fone/feed', '/models/ann/one/feed'],
    ]) {
      for (const [query, kept] of [
        ['', ''],
        ['?as_of=2026-01-04T00:00%2B00:00&x=%22%3E', '?as_of=2026-01-04T00%3A00%2B00%3A00&x=%22%3E'],
      ]) {
        expect((await json(`/ledger${path}.json${query}`)).feed_url).toBe(`/ledger${self}.json${kept}`);
        const { links } = parseAtomFeed(await (await get(`/ledger${path}.atom${query}`)).text());
        expect(links?.filter(({ rel }) => rel === 'self')).toEqual([
          { rel: 'self', href: `/ledger${self}.atom${kept}` },
        ]);
      }
    }
    const rss = await (await get('/ledger/api/v1/models?use_rss=true&q=a%26b&as_of=2026-01-04')).text();
    expect(parseRssFeed(rss).atom?.links).toEqual([
      { rel: 'self', type: 'application/rss+xml', href: '/ledger/api/v1/models?use_rss=true&q=a%26b&as_of=2026-01-04' },
    ]);
  });

  it('answer with numbers, and say when the record is not being kept', async () => {
    const { get, db } = await newOurs({ now: '2026-01-20T05:00:00Z', maxAgeMs: 6 * 3_600_000 });
    expect(await (await get('/metrics')).text()).toContain('model_ledger_models_listed 5');
    expect([(await get('/healthz')).status, (await jsonOf(await get('/healthz'))).ok]).toEqual([200, true]);
    const late = newApp(db, { now: '2026-01-20T07:00:00Z', maxAgeMs: 6 * 3_600_000 });
    const answer = await late.app.request('/healthz');
    expect([answer.status, await jsonOf(answer)]).toEqual([
      503,
      { ok: false, last_good_run_at: '2026-01-20T00:00:00.000Z', age_seconds: 25_200, max_age_seconds: 21_600 },
    ]);
    rmSync(db);
    const gone = await get('/healthz');
    expect([gone.status, (await jsonOf(gone)).ok]).toEqual([503, false]);
  });
});
