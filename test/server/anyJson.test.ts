import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { define as exportTables } from '../../src/commands/export/export.ts';
import { define as providers } from '../../src/commands/providers/providers.ts';
import { ask, ledgerWith } from '../commands/asking.ts';
import { endpointOf, type Json, sweepAt, Upstream } from '../endpoints/world.ts';
import { snapshot } from '../ledger/snapshots.ts';
import { COUNT, entriesOf, oddList, put, value } from '../oddEntries.ts';
import { newFolder } from '../program/program.ts';
import { jsonOf, newApp } from './apps.ts';

/** Where something odd may stand in an endpoint. */
const PLACES = [
  ...['name', 'provider_name', 'tag', 'quantization', 'context_length', 'max_completion_tokens', 'soon', 'status'],
  ...['pricing.prompt', 'pricing.discount', 'pricing.note', 'pricing.a', 'pricing.overrides', 'supported_parameters'],
];
const NOW = '2026-01-05T00:00:00.000Z';
const LISTED = [
  '/api/v1/models',
  '/api/v1/models?as_recorded=true',
  '/api/v1/models?as_of=2026-01-01T12:00:00Z',
  ...[
    '/api/v1/models?use_rss=true',
    '/api/v1/models/count',
    '/api/v1/changes?limit=1000',
    '/feed.json',
    '/feed.atom',
    '/metrics',
  ],
];
const PAGES = [
  '/',
  '/changes',
  '/trends',
  '/about',
  '/compare?models=odd/m0,odd/m1,odd/m2',
  '/cost?prompt_tokens=5000',
];

test('whatever JSON stands wherever in an entry or an endpoint, it is served, swept and exported', async () => {
  const seed = 20_260_102;
  const bodies = fc.sample(oddList, { numRuns: 2, seed }).map(entriesOf);
  const db = await ledgerWith(bodies.map((body, i) => snapshot(`2026-01-0${i + 1}T00:00:00.000Z`, body)));
  const upstream = await Upstream.start();
  const odds = fc.sample(value, { numRuns: 2 * COUNT, seed });
  for (const round of [0, 1]) {
    for (let i = 0; i < COUNT; i += 1) {
      const endpoint: Json = endpointOf('P', '0.000001');
      put(endpoint, (PLACES[i % PLACES.length] ?? '').split('.'), odds[2 * i + round]);
      upstream.models.set(`odd/m${i}`, [endpoint, endpointOf('Q', '0.000002')]);
    }
    await sweepAt(db, upstream.url, { at: `2026-01-0${round + 3}T00:00:00.000Z` });
  }
  const { app, errors } = newApp(db, { now: NOW });
  const ids = Array.from({ length: COUNT }, (_, i) => `odd/m${i}`);
  const own = ids.flatMap((id) => [
    ...[`/models/${id}`, `/models/${id}/feed.json`, `/api/v1/models/${id}/endpoints`],
    ...[`/api/v1/model/${id}`, `/api/v1/model/${id}/history`],
  ]);
  for (const path of [...LISTED, ...PAGES, ...own]) {
    const response = await app.request(path);
    const text = await response.text();
    expect([path, response.status, errors]).toEqual([path, 200, []]);
    expect(text.length).toBeGreaterThan(path.startsWith('/api') ? 10 : 100);
    if (path.startsWith('/api') && !path.includes('rss')) JSON.parse(text);
  }
  expect((await jsonOf(await app.request(LISTED[0] ?? ''))).data).toHaveLength(bodies[1]?.length ?? 0);
  for (const id of ids) {
    const asked = await ask(providers, [id, '--json', '--db', db], { now: NOW });
    expect([id, asked.code, asked.stderr]).toEqual([id, 0, '']);
  }
  const tables = join(newFolder(), 'tables');
  const exported = await ask(exportTables, ['parquet', tables, '--db', db], { now: NOW });
  expect([exported.code, readdirSync(tables).includes('endpoint_prices.parquet')]).toEqual([0, true]);
});
