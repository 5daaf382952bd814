import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openForRecording } from '../../src/ledger/record/open.ts';
import { documentOf } from '../core/documents.ts';
import { snapshot } from '../ledger/snapshots.ts';
import { record } from '../ledgers.ts';
import { newFolder } from '../program/program.ts';
import { jsonOf, newApp } from '../server/apps.ts';
import { endpointOf, type Json, sweepAt, T, Upstream } from './world.ts';

const P = (price: string): Json => endpointOf('P', price);
const Q = (price: string): Json => endpointOf('Q', price, { tag: 'q/fp8' });

/** One model whose shown price moved to another provider, then with its provider, then for no reason that a sweep knows. */
async function open() {
  const db = join(newFolder(), 'ledger.db');
  const upstream = await Upstream.start();
  const steps: readonly (readonly [number, string, readonly Json[]])[] = [
    [0, '0.000001', [P('0.000001'), Q('0.000003')]],
    [6, '0.000003', [Q('0.000003'), P('0.000001')]],
    [12, '0.000004', [Q('0.000004'), P('0.000001')]],
    [18, '0.000009', [Q('0.000004')]],
  ];
  for (const [hour, prompt, endpoints] of steps) {
    const ledger = await openForRecording(db);
    record(ledger, snapshot(T(hour), [documentOf('a/1', { pricing: { prompt } }), documentOf('a/2')]));
    ledger.close();
    upstream.models.set('a/1', endpoints);
    await sweepAt(db, upstream.url, { at: T(hour, 1) });
  }
  return newApp(db).app;
}

/** What stands beside each price on a page, newest first. */
function movesOn(html: string): string[] {
  const moves = html.matchAll(/<li><span class="what">prompt<\/span>(.*?)<\/li>/g);
  return Array.from(moves, ([, rest = '']) =>
    rest
      .replaceAll(/<[^>]+>/g, '')
      .replaceAll(/\s+/g, ' ')
      .trim(),
  );
}

it('what the endpoints say of a repricing stands on the model’s page, in the list of changes and in the API', async () => {
  const app = await open();
  const expected = [
    expect.stringMatching(/ → \$9\.00.*%$/),
    expect.stringMatching(/ → \$4\.00.* its provider$/),
    expect.stringMatching(/ → \$3\.00.* another provider is shown$/),
  ];
  expect(movesOn(await (await app.request('/models/a/1')).text())).toEqual(expected);
  expect(movesOn(await (await app.request('/changes')).text())).toEqual(expected);
  const { data } = await jsonOf(await app.request('/api/v1/changes?type=repriced'));
  expect(data.map(({ verdict }: { verdict: string }) => verdict)).toEqual(['unknown', 'repriced', 'other provider']);
});

it('the route and the filter tell of the instant that is asked for', async () => {
  const app = await open();
  const servedBy = async (query: string) =>
    (await jsonOf(await app.request(`/api/v1/models?${query}`))).data?.map(({ id }: { id: string }) => id);
  expect(await servedBy('providers=p')).toEqual([]);
  expect(await servedBy(`providers=P&as_of=${T(14)}`)).toEqual(['a/1']);
  expect(await servedBy('providers=Q,nobody')).toEqual(['a/1']);
  expect(await servedBy('providers=q/fp8')).toEqual(['a/1']);
  expect(await servedBy('providers=nobody')).toEqual([]);
  const then = await jsonOf(await app.request(`/api/v1/models/a/1/endpoints?as_of=${T(2)}`));
  const told = then.data.endpoints.map(({ tag, pricing, status, uptime_last_30m }: Json) => [
    ...[tag, Object(pricing).prompt, status, uptime_last_30m],
  ]);
  expect(told).toEqual([
    ['p', '0.000001', null, null],
    ['q/fp8', '0.000003', null, null],
  ]);
  for (const [path, words] of [
    ['a/2', '"a/2" had no endpoints.'],
    ['a/3', 'a/3'],
    [`a/1?as_of=${T(0)}`, 'No endpoints of "a/1" were recorded by then.'],
  ] as const) {
    const [id, query = ''] = path.split('?');
    const answer = await app.request(`/api/v1/models/${id}/endpoints?${query}`);
    expect([path, answer.status, await jsonOf(answer)]).toEqual([
      path,
      404,
      { error: { code: 404, message: expect.stringContaining(words) } },
    ]);
  }
});
