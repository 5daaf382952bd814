import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { Webhook } from 'standardwebhooks';
import { describe, expect, test } from 'vitest';
import { isObject } from '../../src/core/reading/json.ts';
import { openForReading } from '../../src/ledger/store/open.ts';
import { Notifier } from '../../src/notify/notifier.ts';
import { readReceivers } from '../../src/notify/receivers.ts';
import { type SyncOutcome, sync } from '../../src/sync.ts';
import { select } from '../ledger/ledgers.ts';
import { newFolder } from '../program/program.ts';
import { type Receiver, receive } from './receiver.ts';

const SECRET = `whsec_${Buffer.from('a key of twenty-four byte').toString('base64')}`;
const MINUTE = 60_000;

interface World {
  readonly folder: string;
  readonly file: string;
  readonly warnings: string[];
  /** One run over a list of `id: prompt price`, so many minutes after the first. */
  readonly run: (minutes: number, models: Readonly<Record<string, string>> | string) => Promise<SyncOutcome>;
  readonly rows: (sql: string) => ReturnType<typeof select>;
}

/** A ledger whose runs tell people as the environment says. */
function newWorld(env: Readonly<Record<string, string>>, timing = {}): World {
  const folder = newFolder();
  const file = join(folder, 'ledger.db');
  const warnings: string[] = [];
  let ids = 0;
  const run: World['run'] = async (minutes, models) => {
    const path = join(folder, 'models.json');
    const data = Object.entries(models).map(([id, prompt]) => ({ id, name: id, pricing: { prompt, completion: '0' } }));
    writeFileSync(path, typeof models === 'string' ? models : JSON.stringify({ data }));
    const now = (): Date => new Date(Date.UTC(2026, 2, 1) + minutes * MINUTE);
    const { signal } = new AbortController();
    const userAgent = 'model-ledger/test';
    const randomId = (): string => {
      ids += 1;
      return String(ids);
    };
    const full = { MODEL_LEDGER_WEBHOOK_ALLOW: '127.0.0.1', ...env };
    const receivers = readReceivers(full);
    const warn = (text: string): void => {
      warnings.push(text);
    };
    const outside = { env: full, userAgent, now, signal, randomId, warn };
    const notifier = new Notifier(receivers, { ...outside, timing: { tryMs: 30_000, pauseMs: 1, ...timing } });
    return await sync(
      { db: file, source: { kind: 'file', label: 'file:models.json', path }, trigger: 'manual' },
      { ...outside, stdin: Readable.from([]), onRetry: () => {}, notifier },
    );
  };
  const rows: World['rows'] = (sql) => {
    const ledger = openForReading(file);
    try {
      return select(ledger, sql);
    } finally {
      ledger.close();
    }
  };
  return { folder, file, warnings, run, rows };
}

function idsOf({ received }: Receiver): string[] {
  return received.map(({ headers }) => String(headers['webhook-id']));
}

function eventsIn(body: string): unknown {
  const document: unknown = JSON.parse(body);
  return isObject(document) && isObject(document.data) ? document.data.events : undefined;
}

describe('the webhook', () => {
  test('is told what changed, signed, and never the first run or a quiet one', async () => {
    const receiver = await receive();
    const { run, rows, warnings } = newWorld({
      MODEL_LEDGER_WEBHOOK_URL: `${receiver.url}/hook`,
      MODEL_LEDGER_WEBHOOK_SECRET: SECRET,
    });
    await run(0, { 'a/a': '0.000001', 'a/b': '1' });
    await run(1, { 'a/a': '0.000001', 'a/b': '1' });
    await run(2, { 'a/a': '0.000002', 'a/b': '1' });
    await run(3, { 'a/a': '0.000002', 'a/b': '1' });
    expect(receiver.received.length).toBe(1);
    const [one] = receiver.received;
    expect([one?.path, one?.headers['webhook-id'], one?.headers['webhook-timestamp']]).toEqual([
      '/hook',
      'msg_1',
      String(Date.UTC(2026, 2, 1) / 1000 + 120),
    ]);
    expect(JSON.parse(one?.body ?? '')).toEqual({
      type: 'run.changed',
      timestamp: '2026-03-01T00:02:00.000Z',
      data: {
        run: 3,
        observedAt: '2026-03-01T00:02:00.000Z',
        previousObservedAt: '2026-03-01T00:01:00.000Z',
        source: 'file:models.json',
        scope: 'output_modalities=text',
        models: 2,
        events: [
          {
            model: 'a/a',
            type: 'repriced',
            field: 'pricing.prompt',
            before: '0.000001',
            after: '0.000002',
            cause: null,
            changePct: 100,
            about: null,
          },
        ],
      },
    });
    const sentAt = new Date(Number(one?.headers['webhook-timestamp']) * 1000);
    expect(one?.headers['webhook-signature']).toBe(new Webhook(SECRET).sign('msg_1', sentAt, one?.body ?? ''));
    expect(rows('SELECT message_id, run_id, payload, attempts, last_error, sent_at FROM outbox')).toEqual([
      {
        message_id: 'msg_1',
        run_id: 3,
        payload: null,
        attempts: 1,
        last_error: null,
        sent_at: '2026-03-01T00:02:00.000Z',
      },
    ]);
    expect(warnings).toEqual([]);
  });

  test('that is down for a while gets every message once, oldest first', async () => {
    const { url, port, close } = await receive();
    await close();
    const { run, rows, warnings } = newWorld({ MODEL_LEDGER_WEBHOOK_URL: url });
    await run(0, { 'a/a': '1' });
    await run(1, { 'a/a': '2' });
    await run(3, { 'a/a': '3' });
    expect(rows('SELECT message_id, attempts, next_try_at, last_error FROM outbox')).toEqual([
      {
        message_id: 'msg_1',
        attempts: 2,
        next_try_at: '2026-03-01T00:08:00.000Z',
        last_error: 'the connection failed (ECONNREFUSED)',
      },
      { message_id: 'msg_2', attempts: 0, next_try_at: '2026-03-01T00:03:00.000Z', last_error: null },
    ]);
    expect(warnings).toEqual([
      'The webhook: the connection failed (ECONNREFUSED); 1 message waits.',
      'The webhook: the connection failed (ECONNREFUSED); 2 messages wait.',
    ]);
    const receiver = await receive(undefined, port);
    await run(10, { 'a/a': '4' });
    await run(11, { 'a/a': '4' });
    expect(idsOf(receiver)).toEqual(['msg_1', 'msg_2', 'msg_3']);
    expect(rows('SELECT count(*) AS waiting FROM outbox WHERE sent_at IS NULL')).toEqual([{ waiting: 0 }]);
  });

  test('that took a message without saying so gets it again under the same id', async () => {
    const receiver = await receive((response, { headers }) => {
      const isNew = receiver.received.filter((one) => one.headers['webhook-id'] === headers['webhook-id']).length === 1;
      if (isNew) response.destroy();
      else response.writeHead(200).end();
    });
    const { run, rows } = newWorld({ MODEL_LEDGER_WEBHOOK_URL: receiver.url });
    await run(0, { 'a/a': '1' });
    await run(1, { 'a/a': '2' });
    expect(idsOf(receiver)).toEqual(['msg_1', 'msg_1']);
    expect(rows('SELECT sent_at FROM outbox')).toEqual([{ sent_at: '2026-03-01T00:01:00.000Z' }]);
  });

  test.each([410, 400])('that answers %i is not asked again', async (status) => {
    const receiver = await receive((response) => response.writeHead(status).end());
    const { run, rows } = newWorld({ MODEL_LEDGER_WEBHOOK_URL: receiver.url });
    await run(0, { 'a/a': '1' });
    await run(1, { 'a/a': '2' });
    await run(60 * 24 * 30, { 'a/a': '2' });
    expect(idsOf(receiver)).toEqual(['msg_1']);
    expect(rows('SELECT given_up_at, last_error, payload IS NOT NULL AS kept FROM outbox')).toEqual([
      { given_up_at: '2026-03-01T00:01:00.000Z', last_error: `the receiver answered ${status}`, kept: 1 },
    ]);
  });

  test('that never comes back is given up after a week', async () => {
    const receiver = await receive((response) => response.writeHead(404).end());
    const { run, rows } = newWorld({ MODEL_LEDGER_WEBHOOK_URL: receiver.url });
    await run(0, { 'a/a': '1' });
    await run(1, { 'a/a': '2' });
    const day = 60 * 24;
    for (const minutes of [6 * day, 7 * day + 1, 8 * day, 9 * day]) await run(minutes, { 'a/a': '2' });
    expect(idsOf(receiver)).toEqual(['msg_1', 'msg_1', 'msg_1']);
    expect(rows('SELECT attempts, given_up_at, last_error FROM outbox')).toEqual([
      { attempts: 3, given_up_at: '2026-03-08T00:01:00.000Z', last_error: 'the receiver answered 404' },
    ]);
  });

  test('that is silent neither fails the run nor delays it beyond its time', async () => {
    const receiver = await receive(() => {});
    const timing = { tryMs: 60_000, runMs: 100 };
    const { run, rows } = newWorld({ MODEL_LEDGER_WEBHOOK_URL: receiver.url }, timing);
    await run(0, { 'a/a': '1' });
    const { recorded } = await run(1, { 'a/a': '2' });
    expect(recorded.status).toBe('changed');
    expect(rows('SELECT last_error FROM outbox')).toEqual([{ last_error: 'there was no time left' }]);
  });

  test('on this machine is not reached unless allowed', async () => {
    const receiver = await receive();
    const { run, warnings } = newWorld({ MODEL_LEDGER_WEBHOOK_URL: receiver.url, MODEL_LEDGER_WEBHOOK_ALLOW: 'other' });
    await run(0, { 'a/a': '1' });
    await run(1, { 'a/a': '2' });
    expect(receiver.received).toEqual([]);
    expect(warnings).toEqual([
      'The webhook: 127.0.0.1 is not on the public internet; MODEL_LEDGER_WEBHOOK_ALLOW=127.0.0.1 allows it; 1 message waits.',
    ]);
  });

  test('gets only what its filters let through', async () => {
    const receiver = await receive();
    const { run, rows } = newWorld({
      MODEL_LEDGER_WEBHOOK_URL: receiver.url,
      MODEL_LEDGER_WEBHOOK_TYPES: 'repriced, removed',
      MODEL_LEDGER_WEBHOOK_MODELS: 'a/*',
      MODEL_LEDGER_WEBHOOK_MIN_PCT: '10',
    });
    await run(0, { 'a/a': '100', 'a/b': '1', 'b/b': '1' });
    await run(1, { 'a/a': '101', 'a/b': '1', 'b/b': '2' });
    await run(2, { 'a/a': '200', 'a/c': '1', 'b/b': '1' });
    expect(rows('SELECT run_id FROM outbox')).toEqual([{ run_id: 3 }]);
    expect(eventsIn(receiver.received[0]?.body ?? '')).toMatchObject([
      { model: 'a/a', type: 'repriced', before: '101', after: '200' },
      { model: 'a/b', type: 'removed' },
    ]);
  });

  test('is told the first run where noise is asked for', async () => {
    const receiver = await receive();
    const { run } = newWorld({ MODEL_LEDGER_WEBHOOK_URL: receiver.url, MODEL_LEDGER_WEBHOOK_NOISE: 'true' });
    await run(0, { 'a/a': '100' });
    expect(eventsIn(receiver.received[0]?.body ?? '')).toMatchObject([{ model: 'a/a', type: 'added' }]);
  });

  test('has its messages written with the run: a run that is undone leaves none', async () => {
    const receiver = await receive();
    const { run, file } = newWorld({ MODEL_LEDGER_WEBHOOK_URL: receiver.url });
    await run(0, { 'a/a': '100' });
    const ledger = openForReading(file);
    const outside = { env: {}, stdin: Readable.from([]), now: () => new Date(), signal: new AbortController().signal };
    const notifier = new Notifier(readReceivers({ MODEL_LEDGER_WEBHOOK_URL: receiver.url }), {
      ...outside,
      userAgent: '',
      randomId: () => {
        throw new Error('no more randomness');
      },
      warn: () => {},
    });
    const path = join(newFolder(), 'other.json');
    writeFileSync(path, JSON.stringify({ data: [{ id: 'a/a', pricing: { prompt: '7', completion: '0' } }] }));
    const source = { kind: 'file', label: 'file:other.json', path } as const;
    const request = { db: file, source, trigger: 'manual' } as const;
    await expect(sync(request, { ...outside, userAgent: '', onRetry: () => {}, notifier })).rejects.toThrow('no more');
    expect(
      select(ledger, 'SELECT (SELECT count(*) FROM sync_runs) AS runs, (SELECT count(*) FROM outbox) AS m'),
    ).toEqual([{ runs: 1, m: 0 }]);
    ledger.close();
  });
});

describe('the ping', () => {
  test('says when a run starts, and how it ends', async () => {
    const receiver = await receive();
    const { run } = newWorld({ MODEL_LEDGER_PING_URL: `${receiver.url}/ping/uuid?x=1` });
    const many = Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`a/${index}`, '1']));
    await run(0, many);
    await run(1, { 'a/0': '1' });
    await run(2, '<html>');
    await expect(run(3, '')).resolves.toMatchObject({ recorded: { status: 'rejected' } });
    expect(receiver.received.map(({ path, body }) => `${path} ${body}`)).toEqual([
      '/ping/uuid/start?x=1 ',
      '/ping/uuid?x=1 run 1: first run, 20 models',
      '/ping/uuid/start?x=1 ',
      '/ping/uuid/fail?x=1 run 2: held, 19 listed models are missing from the answer',
      '/ping/uuid/start?x=1 ',
      '/ping/uuid/fail?x=1 run 3: rejected, Upstream answered with a page of HTML or XML, not with a model list.',
      '/ping/uuid/start?x=1 ',
      '/ping/uuid/fail?x=1 run 4: rejected, Upstream answered with an empty body.',
    ]);
  });

  test('that nobody answers fails no run', async () => {
    const { url, close } = await receive();
    await close();
    const { run, warnings } = newWorld({ MODEL_LEDGER_PING_URL: url });
    expect((await run(0, { 'a/a': '1' })).recorded.status).toBe('changed');
    expect(warnings).toEqual(['The ping: the connection failed (ECONNREFUSED).']);
  });
});

test('a proxy that is none fails no run, and its text is not repeated', async () => {
  const { run, warnings } = newWorld({
    MODEL_LEDGER_PING_URL: 'https://ping.example/x',
    MODEL_LEDGER_WEBHOOK_URL: 'https://hooks.example/x',
    HTTPS_PROXY: 'socks5://me:canary@host',
  });
  await run(0, { 'a/a': '1' });
  expect((await run(1, { 'a/a': '2' })).recorded.status).toBe('changed');
  const words = 'HTTPS_PROXY is not the address of an HTTP proxy; nothing was sent.';
  expect([...warnings].sort()).toEqual([`The ping: ${words}`, `The ping: ${words}`, `The webhook: ${words}`]);
});

describe('the files', () => {
  test('of feeds and metrics are written whole and in the folders asked for', async () => {
    const folder = newFolder();
    const { run } = newWorld({
      MODEL_LEDGER_FEED_DIR: join(folder, 'public'),
      MODEL_LEDGER_FEED_URL: 'https://me.example/feeds',
      MODEL_LEDGER_METRICS_FILE: join(folder, 'metrics', 'model_ledger.prom'),
    });
    await run(0, { 'a/a': '0.000001' });
    const empty: unknown = JSON.parse(readFileSync(join(folder, 'public/changes.json'), 'utf8'));
    expect(empty).toMatchObject({ feed_url: 'https://me.example/feeds/changes.json', items: [] });
    await run(1, { 'a/a': '0.000002', 'a/b': '0.000003' });
    expect(readdirSync(join(folder, 'public')).sort()).toEqual(['changes.atom', 'changes.json']);
    expect(readdirSync(join(folder, 'metrics'))).toEqual(['model_ledger.prom']);
    const feed: unknown = JSON.parse(readFileSync(join(folder, 'public/changes.json'), 'utf8'));
    const items = isObject(feed) && Array.isArray(feed.items) ? feed.items : [];
    expect(items.map((item: unknown) => isObject(item) && [item.title, item.url, item.date_modified])).toEqual([
      ['a/a prompt $1.00 -> $2.00 /M  ▲ +100 %', 'https://openrouter.ai/a/a', '2026-03-01T00:01:00.000Z'],
      ['a/b added: $3.00 in, $0.00 out /M', 'https://openrouter.ai/a/b', '2026-03-01T00:01:00.000Z'],
    ]);
    const metrics = readFileSync(join(folder, 'metrics/model_ledger.prom'), 'utf8');
    expect(metrics).toContain('model_ledger_models_listed 2\n');
    expect(metrics).toContain('model_ledger_events_total{type="added"} 2\n');
    expect(metrics).toContain('model_ledger_last_run_status{status="changed"} 1\n');
  });

  test('that cannot be written fail no run', async () => {
    const folder = newFolder();
    writeFileSync(join(folder, 'taken'), '');
    const { run, warnings } = newWorld({
      MODEL_LEDGER_FEED_DIR: join(folder, 'taken', 'x'),
      MODEL_LEDGER_METRICS_FILE: join(folder, 'taken', 'x.prom'),
    });
    expect((await run(0, { 'a/a': '1' })).recorded.status).toBe('changed');
    expect(warnings.map((text) => text.replace(/:.*/, ''))).toEqual(['The feeds', 'The metrics']);
  });

  test('are not written by a dry run, which tells nobody', async () => {
    const receiver = await receive();
    const folder = newFolder();
    const env = { MODEL_LEDGER_PING_URL: receiver.url, MODEL_LEDGER_METRICS_FILE: join(folder, 'm.prom') };
    const receivers = readReceivers({ ...env, MODEL_LEDGER_WEBHOOK_ALLOW: '127.0.0.1' });
    const path = join(folder, 'models.json');
    writeFileSync(path, JSON.stringify({ data: [{ id: 'a/a', pricing: { prompt: '7' } }] }));
    const { signal } = new AbortController();
    const outside = { env, userAgent: '', now: () => new Date(), signal };
    const notifier = new Notifier(receivers, { ...outside, randomId: () => '1', warn: () => {} });
    const source = { kind: 'file', label: 'file:models.json', path } as const;
    await sync(
      { db: join(folder, 'ledger.db'), source, trigger: 'manual', dryRun: true },
      { ...outside, stdin: Readable.from([]), onRetry: () => {}, notifier },
    );
    expect([receiver.received, existsSync(env.MODEL_LEDGER_METRICS_FILE)]).toEqual([[], false]);
  });
});
