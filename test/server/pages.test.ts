import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { makeLedger, putLedger, sampleLists } from '../ledgers.ts';
import { newFolder } from '../program/program.ts';
import { newApp } from './apps.ts';

const EVIL = `"><script>alert(1)</script><img src=x onerror=alert(2)>`;
const AT = '2026-06-19T00:00:00.000Z';
const EVIL_MODELS = [
  {
    ...{
      id: 'ev<i>l/"x',
      name: EVIL,
      created: 1_780_000_000,
      description: `${EVIL}\n\u202enot what it seems`,
      context_length: 5,
    },
    architecture: { modality: `${EVIL}->text`, tokenizer: EVIL, input_modalities: [EVIL], output_modalities: ['text'] },
    pricing: {
      prompt: '0.000001',
      completion: '-1',
      [`${EVIL}\u202e\u009b`]: '0.1',
      overrides: [{ [EVIL]: true, prompt: '0.2' }],
    },
    ...{ supported_parameters: [EVIL], hugging_face_id: 'javascript:alert(1)', canonical_slug: EVIL },
  },
  { id: 'plain/one', name: 'Plain', pricing: { prompt: '0.00000000012345', completion: '0.5' } },
];

const makeEvil = (file: string): Promise<void> =>
  makeLedger(file, [...sampleLists(), { at: AT, body: JSON.stringify({ data: [...sampleOf(), ...EVIL_MODELS] }) }]);

async function newPages() {
  const db = join(newFolder(), 'ledger.db');
  await putLedger(db, makeEvil);
  const { app, errors } = newApp(db, { now: '2026-06-20T00:00:00Z' });
  const get = async (path: string) => await app.request(path);
  return { get, errors };
}

function sampleOf(): object[] {
  return JSON.parse(sampleLists().at(-1)?.body.toString() ?? '').data;
}

const PAGES = [
  '/',
  '/?q=ev',
  '/models/ev%3Ci%3El/%22x',
  '/changes?all=true',
  '/compare?model=ev%3Ci%3El/%22x',
  '/trends',
  '/about',
  '/nix%3Cscript%3E',
  `/?q=${encodeURIComponent(EVIL)}&limit=${encodeURIComponent(EVIL)}`,
  `/changes?type=${encodeURIComponent(EVIL)}`,
  `/models/plain/one?prompt_tokens=${encodeURIComponent(EVIL)}`,
  `/?as_of=${encodeURIComponent(EVIL)}`,
];

it('models to compare are named as people type them', async () => {
  const { get } = await newPages();
  const html = await (await get('/compare?model=ONE&model=nobody')).text();
  expect(html).toContain('value="plain/one"');
  expect(html).toContain('Never listed: nobody');
});

describe('what upstream or a stranger wrote', () => {
  it.each(PAGES)('is text on %s, never markup', async (path) => {
    const { get, errors } = await newPages();
    const answer = await get(path);
    const html = await answer.text();
    expect(answer.status).toBeLessThan(500);
    expect(html).not.toMatch(/<script>|<img|onerror=alert\(2\)>|href="javascript:|[\u202e\u009b]/);
    expect(html.match(/<script/g)).toHaveLength(1);
    expect(html).not.toMatch(/ style=|<style/);
    expect(errors).toEqual([]);
  });
});

describe('every page', () => {
  it.each(['/', '/changes', '/compare', '/trends', '/about', '/models/plain/one'])(
    '%s allows nothing but its own files',
    async (path) => {
      const { get } = await newPages();
      const { headers } = await get(path);
      const policy = headers.get('content-security-policy') ?? '';
      expect(policy).toContain("default-src 'none'");
      expect(policy).not.toContain('unsafe');
      expect([headers.get('x-content-type-options'), headers.get('cache-control')]).toEqual(['nosniff', 'no-cache']);
    },
  );

  it('takes its style and its script from addresses that change with their content', async () => {
    const { get } = await newPages();
    const html = await (await get('/')).text();
    const files = [...html.matchAll(/"(\/static\/page-[0-9a-f]{12}\.(?:css|js))"/g)].map(([, file = '']) => file);
    expect(files).toHaveLength(2);
    for (const file of files) {
      const { status, headers } = await get(file);
      expect([status, headers.get('cache-control')]).toEqual([200, 'public, max-age=31536000, immutable']);
    }
    expect((await get('/static/page-000000000000.css')).status).toBe(404);
  });

  it('leads to its JSON and its CSV', async () => {
    const { get } = await newPages();
    const html = await (await get('/?q=plain')).text();
    expect(html).toContain('href="/api/v1/models?q=plain"');
    const csv = await (await get('/models.csv?q=plain')).text();
    expect(csv.split('\r\n').slice(0, 2)).toEqual([
      expect.stringMatching(/^id,name,created,context_length,prompt,/),
      expect.stringMatching(/^plain\/one,Plain,,,0\.00000000012345,/),
    ]);
    const changes = await (await get('/changes.csv?type=removed')).text();
    expect(changes).toMatch(/\r\n2026-05-16T06:00:00.000Z,.*,x-ai\/grok-3,removed,/);
  });

  it('shows exact prices, and the past as it was', async () => {
    const { get } = await newPages();
    expect(await (await get('/?q=plain')).text()).toContain('title="$0.00000000012345 per token">0.00012345<');
    const then = await (await get('/?as_of=2026-05-02')).text();
    expect(then).toContain('the list of 2026-05-01 06:00 UTC');
    expect(then).toContain('href="/models/x-ai/grok-3?as_of=2026-05-02"');
    expect((await get('/?as_of=2020')).status).toBe(404);
    expect((await get('/models/plain/one?as_of=2026-05-02')).status).toBe(404);
  });

  it('leads from every table to a model as of the instant that is looked at', async () => {
    const { get } = await newPages();
    for (const path of ['/', '/changes', '/trends']) {
      const links = (await (await get(`${path}?as_of=2026-05-14`)).text()).match(/href="\/models\/[^"]*"/g) ?? [];
      expect(links.length).toBeGreaterThan(0);
      expect(links.filter((link) => !link.endsWith('?as_of=2026-05-14"'))).toEqual([]);
    }
  });

  it('names near models, as links, where a model was never listed', async () => {
    const { get } = await newPages();
    const near = async (path: string): Promise<unknown[]> => {
      const answer = await get(path);
      const html = await answer.text();
      return [
        answer.status,
        ...[...html.matchAll(/<li><a href="([^"]+)">([^<]+)<\/a>/g)].flatMap((link) => link.slice(1)),
      ];
    };
    expect(await near('/models/qwen/qwen3.6-plsu')).toEqual([404, '/models/qwen/qwen3.6-plus', 'qwen/qwen3.6-plus']);
    expect(await near('/models/grok-3')).toEqual([404, '/models/x-ai/grok-3', 'x-ai/grok-3']);
    expect(await near('/models/zzzzzz')).toEqual([404]);
    expect(await near('/models/x-ai/grok-33/feed.atom')).toEqual([404, '/models/x-ai/grok-3', 'x-ai/grok-3']);
    expect((await get('/models/x-ai/grok-3/feed.atom')).status).toBe(200);
    for (const path of ['model/x-ai/grok-33', 'model/x-ai/grok-33/history', 'models/x-ai/grok-33/endpoints'])
      expect(await (await get(`/api/v1/${path}`)).json()).toEqual({
        error: { code: 404, message: 'No model "x-ai/grok-33" was ever listed. Did you mean x-ai/grok-3?' },
      });
  });

  it('is under 100 kB compressed with 450 models', async () => {
    const db = join(newFolder(), 'ledger.db');
    const data = Array.from({ length: 450 }, (_, i) => ({
      id: `author-${i % 60}/model-${i}-${(i * 7919).toString(36)}`,
      name: `Author ${i % 60}: Model ${i}`,
      created: 1_700_000_000 + i * 86_400,
      context_length: 1000 * (i + 1),
      pricing: { prompt: `0.${String(i * 7919 + 1).padStart(9, '0')}`, completion: '0.000004' },
    }));
    await makeLedger(db, [{ at: AT, body: JSON.stringify({ data }) }]);
    const { app } = newApp(db);
    const html = await (await app.request('/')).text();
    expect(html.match(/<tr>/g)?.length).toBe(451);
    expect(brotliCompressSync(html).length).toBeLessThan(100_000);
  });
});

describe('a schedule of prices', () => {
  it('is laid out by days and hours', async () => {
    const db = join(newFolder(), 'ledger.db');
    const pricing = {
      prompt: '0.000001',
      completion: '0.000002',
      overrides: [
        { utc_days: ['saturday', 'sunday'], prompt: '0.0000005' },
        { utc_start: 2200, utc_end: 600, utc_days: ['monday'], prompt: '0.0000007' },
      ],
    };
    await makeLedger(db, [{ at: AT, body: JSON.stringify({ data: [{ id: 'a/b', name: 'B', pricing }] }) }]);
    const { app } = newApp(db);
    const html = await (await app.request('/models/a/b')).text();
    const table = /<caption>prompt<\/caption>.*?<tbody>(.*?)<\/tbody>/s.exec(html)?.[1] ?? '';
    const rows = [...table.matchAll(/<tr>(.*?)<\/tr>/gs)].map(([, row = '']) =>
      row.replaceAll(/<[^>]+>/g, '|').replaceAll(/\|+/g, '|'),
    );
    expect(rows).toEqual([
      '|Mon|00:00–06:00|$0.70 /M|',
      '|Mon|06:00–22:00|$1.00 /M|',
      '|Mon|22:00–24:00|$0.70 /M|',
      '|Tue-Fri|00:00–24:00|$1.00 /M|',
      '|Sat, Sun|00:00–24:00|$0.50 /M|',
    ]);
  });
});

describe('a price of image', () => {
  it('has the unit that the prices beside it tell, in the table, the charts and the form', async () => {
    const db = join(newFolder(), 'ledger.db');
    const pricing = { prompt: '0.000001', completion: '0.000002', web_search: '0.005' };
    const priced = (id: string, image: string) => ({ id, pricing: { ...pricing, image } });
    const data = [priced('ann/tokens', pricing.prompt), priced('ann/images', '0.04')];
    await makeLedger(db, [{ at: AT, body: JSON.stringify({ data }) }]);
    const { app } = newApp(db);
    const [tokens, images] = [
      await (await app.request('/models/ann/tokens')).text(),
      await (await app.request('/models/ann/images')).text(),
    ];
    const figures = (html: string): string[] =>
      [...html.matchAll(/<figcaption>([^<]*)</g)].map(([, text = '']) => text);
    const others = ['completion, USD /M', 'web search, USD /K searches'];
    expect(figures(tokens)).toEqual(['prompt, USD /M', 'image, USD /M image tokens', ...others]);
    expect(figures(images)).toEqual(['prompt, USD /M', 'image, USD /image', ...others]);
    expect(tokens).toContain('>$1.00 /M image tokens</td>');
    expect(tokens).toContain('<title>$1.00 /M image tokens, ');
    expect(images).toContain('<title>$0.04 /image, ');
    expect([tokens.includes('name="image_tokens"'), tokens.includes('name="images"')]).toEqual([true, false]);
    expect([images.includes('name="image_tokens"'), images.includes('name="images"')]).toEqual([false, true]);
  });
});
