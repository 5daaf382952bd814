import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { newFolder, query, run, start } from '../program/program.ts';
import { endpointOf, Upstream } from './world.ts';

const at = (hours: number): string => new Date(Date.UTC(2026, 7, 1) + hours * 3_600_000).toISOString();

/** An upstream with a list of two models, which are served. */
async function world() {
  const db = join(newFolder(), 'ledger.db');
  const upstream = await Upstream.start();
  const data = ['a/1', 'a/2'].map((id) => ({ id, pricing: { prompt: '1' } }));
  upstream.models.set('', (_, response) => void response.end(JSON.stringify({ data })));
  for (const { id } of data) upstream.models.set(id, [endpointOf('P', '1')]);
  return { db, upstream, source: ['--db', db, '--source', upstream.url, '--pause', '0ms'] };
}

const sweeps = (db: string) => query(db, 'SELECT started_at, trigger, status FROM endpoint_sweeps ORDER BY id');

describe('--endpoints-every', () => {
  it('of sync sweeps where the last sweep over all models began longer ago, a tenth early being on time', async () => {
    const { db, source } = await world();
    const sync = (hours: number, ...more: string[]) =>
      run(['sync', '--endpoints-every', '6h', ...source, ...more], { env: { MODEL_LEDGER_NOW: at(hours) } });
    for (const hours of [0, 1, 5.3, 5.5, 8, 11.5]) expect((await sync(hours)).code).toBe(0);
    const [first, second, third] = [at(0), at(5.5), at(11.5)];
    const expected = [first, second, third].map((started_at) => ({
      started_at,
      trigger: 'manual',
      status: 'complete',
    }));
    expect(sweeps(db)).toEqual(expected);
    const narrowed = ['endpoints', 'sync', '--model', 'a/1', ...source];
    expect((await run(narrowed, { env: { MODEL_LEDGER_NOW: at(17) } })).code).toBe(0);
    expect((await sync(17.5, '--trigger', 'cron')).code).toBe(0);
    expect(sweeps(db).at(-1)).toEqual({ started_at: at(17.5), trigger: 'cron', status: 'complete' });
    expect(query(db, 'SELECT count(*) AS n FROM sync_runs')).toEqual([{ n: 7 }]);
  });

  it('of the daemon sweeps beside its runs, at that rhythm', async () => {
    const { db, source } = await world();
    const args = ['daemon', '--cron', '* * * * * *', '--endpoints-every', '3s', ...source];
    const { child, exit } = start(args);
    const count = (): number => {
      try {
        return sweeps(db).filter(({ status }) => status === 'complete').length;
      } catch {
        return 0;
      }
    };
    while (count() < 3) await new Promise((settle) => setTimeout(settle, 50));
    child.kill('SIGTERM');
    expect((await exit).code).toBe(143);
    const begun = sweeps(db).map(({ started_at }) => Date.parse(String(started_at)));
    const gaps = begun.slice(1).map((instant, i) => instant - (begun[i] ?? 0));
    expect(gaps.every((gap) => gap >= 2700)).toBe(true);
    expect(sweeps(db)[0]).toMatchObject({ trigger: 'daemon' });
    expect(Number(query(db, 'SELECT count(*) AS n FROM sync_runs')[0]?.n)).toBeGreaterThan(2);
  });

  it.each(['cron', 'systemd'])(
    'of schedule %s stands in what it prints, and what is no span is refused',
    async (kind) => {
      const { db, source } = await world();
      await run(['sync', ...source]);
      const printed = await run(['schedule', kind, '--db', db, '--endpoints-every', '6h']);
      expect([printed.code, printed.stdout.match(/--endpoints-every \S+/g)]).toEqual([0, ['--endpoints-every 6h']]);
      expect((await run(['schedule', kind, '--db', db])).stdout).not.toContain('endpoints');
      expect((await run(['schedule', kind, '--db', db, '--endpoints-every', 'often'])).code).toBe(2);
    },
  );
});

it('status tells when the last sweep was, that one was stopped, and that one is dated in the future', async () => {
  const { db, upstream, source } = await world();
  const now = (hours: number) => ({ env: { MODEL_LEDGER_NOW: at(hours) } });
  const status = async (hours: number) => {
    const { code, stdout } = await run(['status', '--db', db], now(hours));
    return [code, ...(stdout.match(/^endpoints .*$/m) ?? ['']).map((line) => line.replace(/ +/g, ' '))];
  };
  await run(['sync', ...source], now(0));
  expect(await status(1)).toEqual([0, '']);
  await run(['endpoints', 'sync', ...source], now(1));
  expect(await status(3)).toEqual([
    0,
    'endpoints 2 of 2 models; last asked 2026-08-01 01:00 UTC, 2 h ago (sweep 1, complete)',
  ]);
  upstream.models.set('a/2', (_, response) => void response.writeHead(400).end());
  await run(['endpoints', 'sync', ...source], now(4));
  const failed = await run(['status', '--db', db], now(5));
  expect(failed.stdout).toMatch(/1 of 2 models could not be had: No endpoints from .*answered 400/);
  const held = start(['endpoints', 'sync', ...source], now(6));
  upstream.models.set('a/2', () => void held.child.kill('SIGTERM'));
  await held.exit;
  expect(await status(7)).toEqual([0, expect.stringContaining('(sweep 3, not ended: the next one goes on with it)')]);
  upstream.models.set('a/2', [endpointOf('P', '1')]);
  await run(['endpoints', 'sync', ...source], now(6.5));
  await run(['endpoints', 'sync', ...source], now(24 * 400));
  expect((await status(8))[0]).toBe(1);
});

it.each([
  ['--text', 'prompt.md'],
  ['--over', '90d'],
])('cost --providers with %s is a usage error that names both', async (flag, value) => {
  const { code, stdout, stderr } = await run(['cost', 'a/1', '--prompt-tokens', '1', '--providers', flag, value]);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(
    new RegExp(`Option "(?:--providers|${flag} <\\w+>)" cannot be used with option "(?:--providers|${flag} <\\w+>)"`),
  );
});
