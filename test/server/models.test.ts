import { join } from 'node:path';
import Big from 'big.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeLedger, sampleLists } from '../ledgers.ts';
import { newFolder } from '../program/program.ts';
import { jsonOf, openApp, type TestApp } from './apps.ts';

/** A model as the lists of these tests have it. */
interface Document {
  readonly id: string;
  readonly name: string;
  readonly created?: number;
  readonly context_length?: number | null;
  readonly architecture: {
    readonly tokenizer?: string;
    readonly input_modalities?: readonly string[];
    readonly output_modalities?: readonly string[];
    readonly modality?: string;
  };
  readonly pricing: { readonly prompt?: string; readonly completion?: string; readonly overrides?: unknown };
  readonly supported_parameters?: readonly string[];
  readonly benchmarks?: {
    readonly artificial_analysis?: Readonly<Record<string, number | null>>;
    readonly design_arena?: readonly { readonly elo: number }[];
  };
}

const NOW = '2026-06-20T12:00:00Z';
const DAY = 86_400;
const created = (days: number): number => Date.parse(NOW) / 1000 - days * DAY;

/** What the shipped lists have too little of. */
const STRANGE: readonly Document[] = [
  {
    ...{ id: 'ann/old', name: 'Ann: Old', created: created(400), context_length: 4096 },
    architecture: { modality: 'text+image->text', tokenizer: 'Plain' },
    pricing: { prompt: '0.00000215', completion: '0.0000043' },
  },
  {
    ...{ id: 'ann/painter', name: 'Painter of ÉTUDES', created: created(30), context_length: null },
    architecture: { input_modalities: ['text', 'image'], output_modalities: ['image', 'text'], tokenizer: 'plain' },
    pricing: { prompt: '0.000002150', completion: '-1' },
    supported_parameters: ['tools', 'seed'],
    benchmarks: {
      artificial_analysis: { intelligence_index: 40.5, coding_index: null, agentic_index: 3 },
      design_arena: [{ elo: 900 }, { elo: 1200 }],
    },
  },
  {
    ...{ id: '~ann/painter-latest', name: 'Painter latest', created: created(1), context_length: 100_000 },
    architecture: { input_modalities: ['text'], output_modalities: ['embeddings'], tokenizer: 'Router' },
    pricing: { prompt: '0.00000000000000000000001', completion: '0' },
    benchmarks: {
      artificial_analysis: { intelligence_index: 50, coding_index: 10, agentic_index: 1 },
      design_arena: [],
    },
  },
  {
    ...{ id: 'bob/free:free', name: 'Free', created: created(2), context_length: 8192 },
    architecture: { input_modalities: ['text'], output_modalities: ['text'], tokenizer: 'GPT' },
    ...{ pricing: { prompt: '0', completion: '0' }, supported_parameters: ['tools'] },
  },
];

const observedAt = '2026-06-19T00:00:00.000Z';
let served: TestApp;
let documents: readonly Document[];
let body: string;

beforeAll(async () => {
  const samples = sampleLists();
  const last: { data: Document[] } = JSON.parse(samples.at(-1)?.body.toString() ?? '');
  documents = [...last.data, ...STRANGE];
  body = JSON.stringify({ data: documents }).replaceAll('"0.000002150"', '"0.000002150"');
  const db = join(newFolder(afterAll), 'ledger.db');
  await makeLedger(db, [...samples, { at: observedAt, body }]);
  served = openApp(db, { now: NOW });
});
afterAll(() => served.source.close());

async function get(query: string): Promise<{
  status: number;
  body: {
    data: Document[];
    total_count: number;
    links: { next: string | null };
    error?: { code: number; message: string };
  };
}> {
  const response = await served.app.request(`/api/v1/models?${query}`);
  return { status: response.status, body: await jsonOf(response) };
}

async function ids(query: string): Promise<string[]> {
  const { body: answer } = await get(query);
  return answer.data.map(({ id }) => id);
}

const inputsOf = ({ architecture: { input_modalities: list, modality = '->' } }: Document): readonly string[] =>
  list ?? modality.split('->')[0]?.split('+') ?? [];
const outputsOf = ({ architecture: { output_modalities: list, modality = '->' } }: Document): readonly string[] =>
  list ?? modality.split('->')[1]?.split('+') ?? [];
const millionth = (price: string | undefined): Big | null =>
  price === undefined || price.startsWith('-') ? null : new Big(price).times(1_000_000);
const within = (price: string | undefined, least: string, most: string): boolean => {
  const value = millionth(price);
  return value?.gte(least) === true && value.lte(most);
};
const age = ({ created: at }: Document): number =>
  at === undefined ? Number.NaN : (Date.parse(NOW) / 1000 - at) / DAY;
const index = (model: Document, name: string): number | null => model.benchmarks?.artificial_analysis?.[name] ?? null;

/** Each filter of the list with a plain one over the bodies. */
const FILTERS: readonly (readonly [query: string, plain: (model: Document) => boolean])[] = [
  ['', () => true],
  ['supported_parameters=tools', ({ supported_parameters: p = [] }) => p.includes('tools')],
  ['supported_parameters=tools,seed', ({ supported_parameters: p = [] }) => p.includes('tools') && p.includes('seed')],
  [
    'supported_parameters=tools&supported_parameters=seed',
    ({ supported_parameters: p = [] }) => p.includes('tools') && p.includes('seed'),
  ],
  ['input_modalities=image', (model) => inputsOf(model).includes('image')],
  ['input_modalities=image,%20text', (model) => inputsOf(model).includes('image') && inputsOf(model).includes('text')],
  ['q=PAINT', ({ id, name }) => /paint/i.test(`${id} ${name}`)],
  ['q=%C3%A9tudes+ann', ({ id }) => id === 'ann/painter'],
  [
    'q=latest%20ann',
    ({ id, name }) =>
      ['latest', 'ann'].every((word) => id.toLowerCase().includes(word) || name.toLowerCase().includes(word)),
  ],
  ['context=100000', ({ context_length: tokens }) => (tokens ?? 0) >= 100_000],
  ['min_price=2.15', ({ pricing }) => within(pricing.prompt, '2.15', '1e9')],
  ['max_price=2.15', ({ pricing }) => within(pricing.prompt, '0', '2.15')],
  ['max_price=0.00000000000000001', ({ pricing }) => within(pricing.prompt, '0', '0.00000000000000001')],
  ['min_price=1e-1&max_price=5', ({ pricing }) => within(pricing.prompt, '0.1', '5')],
  ['min_output_price=4.3', ({ pricing }) => within(pricing.completion, '4.3', '1e9')],
  ['max_output_price=0', ({ pricing }) => within(pricing.completion, '0', '0')],
  ['arch=PLAIN', ({ architecture }) => (architecture.tokenizer ?? '').toLowerCase() === 'plain'],
  ['model_authors=ann,openai', ({ id }) => ['ann', 'openai'].includes(id.split('/')[0] ?? '')],
  ['model_authors=~ann', ({ id }) => id.startsWith('~ann/')],
  ['min_age_days=30', (model) => age(model) >= 30],
  ['max_age_days=30', (model) => age(model) <= 30],
  ['min_age_days=2&max_age_days=30', (model) => age(model) >= 2 && age(model) <= 30],
  ['min_intelligence_index=45', (model) => (index(model, 'intelligence_index') ?? -1) >= 45],
  [
    'max_coding_index=10',
    (model) => index(model, 'coding_index') !== null && Number(index(model, 'coding_index')) <= 10,
  ],
  [
    'supported_parameters=tools&max_price=0&context=5000&q=free',
    ({ supported_parameters: p = [], pricing, context_length: c, id, name }) =>
      p.includes('tools') && within(pricing.prompt, '0', '0') && (c ?? 0) >= 5000 && /free/i.test(id + name),
  ],
  ['nobody_knows=this&httpReferer=x', () => true],
];

describe('the filters of the list hold what a plain filter over the bodies holds', () => {
  it.each(FILTERS)('%s', async (query, plain) => {
    const expected = documents.filter(plain).map(({ id }) => id);
    expect(await ids(`output_modalities=all&${query}`)).toEqual(expected);
    const text = documents.filter((model) => plain(model) && outputsOf(model).includes('text'));
    expect(await ids(query)).toEqual(text.map(({ id }) => id));
  });

  it.each(['image', 'embeddings', 'image,embeddings', 'text,image'])('output_modalities=%s', async (wanted) => {
    const expected = documents.filter((model) => wanted.split(',').some((one) => outputsOf(model).includes(one)));
    expect(await ids(`output_modalities=${wanted}`)).toEqual(expected.map(({ id }) => id));
    const count = await served.app.request(`/api/v1/models/count?output_modalities=${wanted}&context=9`);
    expect(await jsonOf(count)).toEqual({ data: { count: expected.length } });
  });
});

type Value = Big | number | null;

/** Each order with the value it goes by. */
const ORDERS: readonly (readonly [sort: string, value: (model: Document) => Value, direction: 1 | -1])[] = [
  ['newest', ({ created: at }) => at ?? null, -1],
  ['pricing-low-to-high', mean, 1],
  ['pricing-high-to-low', mean, -1],
  ['context-high-to-low', ({ context_length: tokens }) => tokens ?? null, -1],
  ['intelligence-high-to-low', (model) => index(model, 'intelligence_index'), -1],
  ['coding-high-to-low', (model) => index(model, 'coding_index'), -1],
  ['agentic-high-to-low', (model) => index(model, 'agentic_index'), -1],
  [
    'design-arena-elo-high-to-low',
    ({ benchmarks }) => benchmarks?.design_arena?.map(({ elo }) => elo).sort((a, b) => b - a)[0] ?? null,
    -1,
  ],
];

function mean({ pricing }: Document): Value {
  const [left, right] = [millionth(pricing.prompt), millionth(pricing.completion)];
  return left === null || right === null ? null : left.plus(right);
}

describe('the orders of the list', () => {
  it.each(ORDERS)(
    '%s: what has no value comes last, ties keep the order of the body',
    async (sort, value, direction) => {
      const expected = [...documents].sort((a, b) => {
        const [left, right] = [value(a), value(b)];
        if (left === null || right === null) return Number(left === null) - Number(right === null);
        return direction * new Big(left).cmp(right);
      });
      expect(await ids(`output_modalities=all&sort=${sort}`)).toEqual(expected.map(({ id }) => id));
    },
  );
});

describe('paging', () => {
  it('gives the whole list without it, and pages by relative addresses that keep the other parameters', async () => {
    const all = await ids('output_modalities=all&sort=newest');
    expect((await get('output_modalities=all')).body.links).toEqual({ next: null });
    const seen: string[] = [];
    const links: (string | null)[] = [];
    let next: string | null = '/api/v1/models?limit=7&output_modalities=all&sort=newest&x=%26';
    for (let page = 0; next !== null && page < 100; page += 1) {
      const response = await served.app.request(next);
      const answer: Awaited<ReturnType<typeof get>>['body'] = await jsonOf(response);
      seen.push(...answer.data.map(({ id }) => id));
      expect(answer.total_count).toBe(all.length);
      next = answer.links.next;
      links.push(next);
    }
    expect(seen).toEqual(all);
    const more = links.slice(0, -1).map((link) => new URLSearchParams(link?.split('?')[1]).get('x'));
    expect([more.length > 1, new Set(more)]).toEqual([true, new Set(['&'])]);
  });

  it('takes 500 for a limit and 0 for an offset that is not given', async () => {
    const all = await ids('output_modalities=all');
    expect(await ids('output_modalities=all&offset=3')).toEqual(all.slice(3));
    expect(await ids('output_modalities=all&limit=2')).toEqual(all.slice(0, 2));
    expect((await get('offset=99999')).body).toMatchObject({ data: [], links: { next: null } });
  });
});

describe('what cannot be answered is 400 and names the parameter, never ignored in silence', () => {
  it.each([
    ...['limit=0', 'limit=1001', 'limit=x', 'limit=1.5', 'limit=', 'offset=-1', 'offset=x', 'sort=cheapest', 'sort='],
    ...['output_modalities=smell', 'output_modalities=all,text', 'output_modalities=', 'context=0', 'context=1e3'],
    ...['min_price=-1', 'min_price=x', 'max_price=', 'min_output_price=0x1', 'max_output_price=NaN'],
    ...['min_age_days=-1', 'max_age_days=1.5', 'use_rss=yes', 'as_recorded=1', 'as_of=someday', 'as_of=2026-02-30'],
    ...['category=programming', 'distillable=true', 'zdr=true', 'region=eu', 'min_tool_success_rate=0.5'],
    ...['max_tool_success_rate=0.5', 'sort=most-popular', 'sort=top-weekly', 'sort=throughput-high-to-low'],
    ...['sort=latency-low-to-high', 'providers=openai', 'limit=1&limit=2', 'min_intelligence_index=x'],
  ])('%s', async (query) => {
    const { status, body: answer } = await get(query);
    expect([status, answer.error?.code]).toEqual([400, 400]);
    expect(answer.error?.message).toContain(query.split('=')[0]);
  });
});

describe('as it was recorded', () => {
  it('gives the archived body byte for byte where nothing filters it', async () => {
    for (const query of [
      'as_recorded=true',
      'as_recorded=true&output_modalities=all',
      `as_recorded=true&as_of=${observedAt}`,
    ]) {
      const response = await served.app.request(`/api/v1/models?${query}`);
      expect(await response.text()).toBe(body);
      expect(response.headers.get('x-ledger-completed')).toBe(null);
    }
  });

  it('gives entries as upstream wrote them where something does', async () => {
    const { body: answer } = await get('as_recorded=true&q=ann/old');
    expect(answer).toEqual({ data: [STRANGE[0]], total_count: 1, links: { next: null } });
    const one = await served.app.request('/api/v1/model/ann/old?as_recorded=true');
    expect(await one.text()).toBe(JSON.stringify({ data: STRANGE[0] }));
  });
});

describe('an old entry', () => {
  it('is completed with what follows from it or says nothing, and the header names the keys', async () => {
    const response = await served.app.request('/api/v1/model/ann/old');
    expect(await jsonOf(response)).toEqual({
      data: {
        ...STRANGE[0],
        canonical_slug: 'ann/old',
        ...{ per_request_limits: null, default_parameters: null, supported_voices: null, supported_parameters: [] },
        architecture: {
          modality: 'text+image->text',
          tokenizer: 'Plain',
          input_modalities: ['text', 'image'],
          output_modalities: ['text'],
        },
        top_provider: { context_length: null, max_completion_tokens: null },
        links: { details: '/api/v1/models/ann/old/endpoints' },
      },
    });
    expect(response.headers.get('x-ledger-completed')).toBe(
      'canonical_slug, per_request_limits, architecture.input_modalities, architecture.output_modalities, top_provider, supported_parameters, default_parameters, supported_voices, links',
    );
  });

  it("keeps a price as upstream's own string", async () => {
    const { body: answer } = await get('q=ann/painter&sort=newest');
    expect(answer.data.map(({ pricing }) => pricing)).toEqual([{ prompt: '0.000002150', completion: '-1' }]);
  });
});

describe('one model', () => {
  it.each(['bob/free:free', 'bob/free%3Afree', 'bob%2Ffree%3Afree'])('is found as %s', async (path) => {
    const response = await served.app.request(`/api/v1/model/${path}`);
    expect([response.status, (await jsonOf(response)).data.id]).toEqual([200, 'bob/free:free']);
  });

  it('may begin with a tilde', async () => {
    expect((await served.app.request('/api/v1/model/~ann/painter-latest')).status).toBe(200);
    expect((await served.app.request('/api/v1/model/%7Eann/painter-latest')).status).toBe(200);
  });

  it('is 404 where it is not listed, with its life in words', async () => {
    const gone = await served.app.request('/api/v1/model/x-ai/grok-3?as_of=2026-05-17');
    expect(await jsonOf(gone)).toEqual({
      error: {
        code: 404,
        message:
          '"x-ai/grok-3" was not listed then; it was first seen 2026-05-01 06:00 UTC and was removed by 2026-05-16 06:00 UTC.',
      },
    });
    expect((await served.app.request('/api/v1/model/x-ai/grok-3?as_of=2026-05-10')).status).toBe(200);
    expect((await served.app.request('/api/v1/model/no/body')).status).toBe(404);
  });

  it('has no endpoints where none were recorded', async () => {
    const response = await served.app.request('/api/v1/models/ann/old/endpoints');
    const { error } = await jsonOf(response);
    expect([response.status, error.code, error.message]).toEqual([
      404,
      404,
      expect.stringMatching(/endpoints.*recorded/),
    ]);
  });
});

describe('the past', () => {
  it('is each list as it was, and 404 before the first', async () => {
    for (const { at, body: then } of sampleLists().slice(0, 3)) {
      const expected: Document[] = JSON.parse(then.toString()).data;
      const response = await served.app.request(`/api/v1/models?as_of=${at}&output_modalities=all`);
      expect((await jsonOf(response)).data.map(({ id }: Document) => id)).toEqual(expected.map(({ id }) => id));
      expect(response.headers.get('x-ledger-observed-at')).toBe(at);
    }
    const { status, body: answer } = await get('as_of=2026-04-30');
    expect([status, answer.error?.code]).toEqual([404, 404]);
    expect(answer.error?.message).toContain('2026-05-01');
  });

  it('takes times as the command line does, a zone with a lost plus too', async () => {
    expect(
      (await served.app.request('/api/v1/models?as_of=2026-05-13T08:00+02:00')).headers.get('x-ledger-observed-at'),
    ).toBe('2026-05-13T06:00:00.000Z');
    expect(
      (await served.app.request('/api/v1/models?as_of=2026-05-13+06:00')).headers.get('x-ledger-observed-at'),
    ).toBe('2026-05-13T06:00:00.000Z');
    expect((await served.app.request('/api/v1/models?as_of=2026-05')).status).toBe(404);
    expect((await served.app.request('/api/v1/models?as_of=1d')).headers.get('x-ledger-observed-at')).toBe(observedAt);
  });
});

describe('RSS', () => {
  it('has the newest models first, with title, slug and date', async () => {
    const response = await served.app.request('/api/v1/models?use_rss=true&output_modalities=all');
    const text = await response.text();
    expect(response.headers.get('content-type')).toBe('application/rss+xml; charset=utf-8');
    const newest = await ids('output_modalities=all&sort=newest');
    const titles = [...text.matchAll(/<item><title>(.*?)<\/title>/g)].map(([, title]) => title);
    expect(titles).toHaveLength(newest.length);
    expect(text).toContain(
      `<item><title>Painter of ÉTUDES (ann/painter)</title><link>https://openrouter.ai/ann/painter</link><description></description><guid isPermaLink="false">ann/painter</guid><pubDate>${new Date(created(30) * 1000).toUTCString()}</pubDate></item>`,
    );
  });
});
