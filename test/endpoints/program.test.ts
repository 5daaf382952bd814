import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { call } from '../program/call.ts';
import { newFolder, query, start } from '../program/program.ts';
import { jsonOf, newApp } from '../server/apps.ts';
import { endpointOf, list, newWorld, sweepAt } from './world.ts';

const IDS = Array.from({ length: 40 }, (_, i) => `a/${String(i).padStart(2, '0')}`);

describe('endpoints sync, as a process', () => {
  it('killed at any instant loses nothing that was written, and the next one goes on', async () => {
    const { db, upstream } = await newWorld(IDS);
    for (const [i, id] of IDS.entries()) upstream.models.set(id, [endpointOf('P', `0.${i + 1}`), endpointOf('P', '2')]);
    const args = ['endpoints', 'sync', '--db', db, '--source', upstream.url, '--pause', '0s'];
    for (const count of [1, 9, 23]) {
      const [id = '', endpoints = []] = [...upstream.models][count] ?? [];
      const { child, exit } = start(args);
      upstream.models.set(id, () => void child.kill('SIGKILL'));
      expect((await exit).code).toBe(null);
      upstream.models.set(id, endpoints);
    }
    const { code, stdout } = await call(args);
    expect([code, stdout]).toEqual([0, 'sweep 1  80 endpoints of 40 models: 80 added\n']);
    expect(query(db, 'SELECT count(*) AS n FROM endpoint_prices WHERE valid_to IS NULL')).toEqual([{ n: 240 }]);
    expect((await call(['verify', '--db', db])).code).toBe(0);
    expect((await call(args)).stdout).toBe('sweep 2  80 endpoints of 40 models: nothing changed\n');
  });

  it('makes no data file where there is none to follow', async () => {
    const folder = newFolder();
    const args = [
      'endpoints',
      'sync',
      '--db',
      join(folder, 'ledger.db'),
      '--source',
      'http://127.0.0.1:9/api/v1/models',
    ];
    const { code, stderr } = await call(args);
    expect([code, stderr.split('\n')[0], readdirSync(folder)]).toEqual([
      5,
      `model-ledger: The data file ${join(folder, 'ledger.db')} does not exist.`,
      [],
    ]);
  });

  it('lets diff tell what changed of the providers between two instants', async () => {
    const { db, upstream } = await newWorld(['a/1', 'b/1']);
    upstream.models.set('a/1', [endpointOf('P', '0.000003'), endpointOf('Q', '0.000001')]);
    upstream.models.set('b/1', [endpointOf('P', '0.000001')]);
    await sweepAt(db, upstream.url, { at: '2026-08-01T01:00:00.000Z' });
    upstream.models.set('a/1', [endpointOf('P', '0.000002'), endpointOf('Q', '0.000001'), endpointOf('R', '0.000001')]);
    await sweepAt(db, upstream.url, { at: '2026-08-02T01:00:00.000Z' });
    const diff = (...args: string[]) => call(['diff', '2026-08-01T12:00Z', '2026-08-03', ...args, '--db', db]);
    const words = 'Endpoints by provider: 1 came, 1 changed a price (providers MODEL --at T).\n';
    expect((await diff()).stderr).toContain(words);
    expect((await diff('--model', 'b/*')).stderr).not.toContain('Endpoints');
    expect((await diff('--json')).stderr).not.toContain('Endpoints');
  });

  it('counts in status also where they were only imported', async () => {
    const folder = newFolder();
    const db = join(folder, 'ledger.db');
    await list(db, '2026-08-01T00:00:00.000Z', ['a/1']);
    const saved = {
      observed_at: '2026-08-01T06:00:00Z',
      endpoints: { 'a/1': { id: 'a/1', endpoints: [endpointOf('P', '1')] } },
    };
    writeFileSync(join(folder, '2026-08-01.json'), JSON.stringify(saved));
    expect((await call(['import', 'endpoints', join(folder, '2026-08-01.json'), '--db', db])).code).toBe(0);
    expect((await call(['status', '--db', db])).stdout).toMatch(
      /^endpoints {6}1 of 1 models; last asked 2026-08-01 06:00 UTC.*\(sweep 1, complete\)$/m,
    );
  });

  it('follows a list, answers who serves a model, and what a request costs at each of them', async () => {
    const { db, upstream } = await newWorld(['a/1']);
    upstream.models.set('a/1', [
      endpointOf('Dear', '0.000003'),
      endpointOf('Cheap', '0.000001', { quantization: null }),
    ]);
    const env = { MODEL_LEDGER_NOW: '2026-08-01T01:00:00.000Z' };
    expect((await call(['endpoints', 'sync', '--db', db, '--source', upstream.url], { env })).code).toBe(0);
    expect(await call(['providers', 'a/1', '--db', db])).toEqual({
      code: 0,
      stderr: '2 endpoints of 2 providers, as they stood 2026-08-01 01:00 UTC.\n',
      stdout: [
        'provider  tag    in /M  out /M  precision  context',
        'Cheap     cheap  $1.00   $2.00               4,096',
        'Dear      dear   $3.00   $2.00  fp8          4,096',
        '',
      ].join('\n'),
    });
    expect((await call(['show', 'a/1', '--db', db])).stdout).toContain('served by  2 providers, $1.00 to $3.00 in\n');
    // The instant is that of the answer about this model, not that of the list.
    expect((await call(['cost', 'a/1', '--prompt-tokens', '1M', '--providers', '--db', db])).stdout).toBe(
      [
        'a/1 at its providers, now, prices as observed 2026-08-01 01:00 UTC',
        'provider         USD    more',
        'Cheap (cheap)  $1.00',
        'Dear (dear)    $3.00  +200 %',
        '',
      ].join('\n'),
    );
    const cost = await call(['cost', 'a/1', '--prompt-tokens', '1M', '--providers', '--csv', '--db', db]);
    expect(
      cost.stdout
        .split('\r\n')
        .slice(1, 3)
        .map((line) => line.split(',').at(-2)),
    ).toEqual(['1', '3']);
    expect((await call(['providers', 'a/1', '--at', '2026-07-01', '--db', db])).code).toBe(2);
    const again = await call(['endpoints', 'sync', '--db', db, '--source', upstream.url, '--model', 'b/*']);
    expect([again.code, again.stderr]).toEqual([2, expect.stringContaining('No listed model matches "b/*"')]);
  });
});

it('providers names only what helps, where none are known', async () => {
  const { db, upstream } = await newWorld(['a/1', 'a/gone', '~a/latest', 'openrouter/auto']);
  await list(db, '2026-08-01T02:00:00.000Z', ['a/1', '~a/latest', 'openrouter/auto']);
  upstream.models.set('a/1', [endpointOf('P', '0.000001')]);
  const env = { MODEL_LEDGER_NOW: '2026-08-01T03:00:00.000Z' };
  expect((await call(['endpoints', 'sync', '--db', db, '--source', upstream.url], { env })).code).toBe(0);
  const hintOf = async (...words: string[]): Promise<string | undefined> =>
    (await call(['providers', ...words, '--db', db])).stderr.split('\n')[1]?.trim();
  expect(await hintOf('a/1', '--at', '2026-08-01T01:00Z')).toMatch(/^Run model-ledger endpoints sync --model 'a\/1' /);
  expect(await hintOf('a/gone')).toMatch(/^It is not listed now/);
  expect(await hintOf('~a/latest')).toMatch(/^Name the model that it passes them to/);
  expect(await hintOf('openrouter/auto')).toMatch(/^Name the model that it passes them to/);
});

describe('the served list', () => {
  it('answers who serves a model in upstream’s shape, telemetry null, and who is served by a provider', async () => {
    const { db, upstream } = await newWorld(['a/1', 'a/2']);
    upstream.models.set('a/1', [endpointOf('P', '0.000001')]);
    await call(['endpoints', 'sync', '--db', db, '--source', upstream.url]);
    const { app } = newApp(db);
    const answer = await jsonOf(await app.request('/api/v1/models/a/1/endpoints'));
    const { status: _, uptime_last_30m: __, latency_last_30m: ___, ...kept } = endpointOf('P', '0.000001');
    expect(answer.data.endpoints).toEqual([{ ...kept, status: null, uptime_last_30m: null, latency_last_30m: null }]);
    expect((await app.request('/api/v1/models/a/2/endpoints')).status).toBe(404);
    const served = await jsonOf(await app.request('/api/v1/models?providers=p'));
    expect(served.data.map(({ id }: { readonly id: string }) => id)).toEqual(['a/1']);
    expect(await (await app.request('/models/a/1')).text()).toContain('<h2>Providers</h2>');
  });
});
