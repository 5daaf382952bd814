import { statSync } from 'node:fs';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { acquireLock } from '../../src/ledger/store/lock.ts';
import { call } from '../program/call.ts';
import { ask, endpointOf, type Json, list, newWorld, problemsOf, sweepAt, T } from './world.ts';

const world = (...ids: readonly string[]) => newWorld(ids);

const events = (db: string) =>
  ask(
    db,
    `SELECT e.sweep_id, p.provider, e.type, e.field, e.old_value, e.new_value, e.observed_at, e.previous_observed_at
      FROM endpoint_events AS e JOIN endpoints AS p ON p.id = e.endpoint_id WHERE e.previous_observed_at IS NOT NULL ORDER BY e.id`,
  );
const intervals = (db: string) =>
  ask(
    db,
    `SELECT p.provider, i.price, i.valid_from, i.valid_to, i.opened_by, i.closed_by FROM endpoint_prices AS i
      JOIN endpoints AS p ON p.id = i.endpoint_id WHERE i.component = 'prompt' ORDER BY 1, 3`,
  );
const sweeps = (db: string) =>
  ask(
    db,
    `SELECT status, models_asked, models_answered, models_without, models_failed, endpoints_seen, added, removed, restored,
      repriced FROM endpoint_sweeps ORDER BY id`,
  );

const expectWhole = async (db: string): Promise<void> => expect(await problemsOf(db)).toEqual([]);

describe('a sweep', () => {
  it('asks about what is listed, but aliases and routers, below the address of the list, in the order of ids', async () => {
    const { db, upstream } = await world('b/2:free', 'a/ü+1', '~a/latest', 'openrouter/auto');
    await sweepAt(db, `${upstream.url}?output_modalities=all`, { at: T(1) });
    expect(upstream.asked).toEqual(['/api/v1/models/a/%C3%BC%2B1/endpoints', '/api/v1/models/b/2:free/endpoints']);
  });

  it('records repricings by the instant of the model’s own answer, and what left when it is missed twice', async () => {
    const { db, upstream } = await world('a/1');
    upstream.models.set('a/1', [endpointOf('P', '1'), endpointOf('Q', '2')]);
    await sweepAt(db, upstream.url, { at: T(1) });
    upstream.models.set('a/1', [endpointOf('P', '1.5')]);
    await sweepAt(db, upstream.url, { at: T(2) });
    expect(ask(db, 'SELECT provider, last_seen_at, missing_since, removed_at FROM endpoints ORDER BY 1')).toEqual([
      ['P', null, null, null],
      ['Q', T(1), T(2), null],
    ]);
    await sweepAt(db, upstream.url, { at: T(3) });
    await sweepAt(db, upstream.url, { at: T(4) });
    upstream.models.set('a/1', [endpointOf('P', '1.5'), endpointOf('Q', '3')]);
    await sweepAt(db, upstream.url, { at: T(5) });
    expect(events(db)).toEqual([
      [2, 'P', 'repriced', 'pricing.prompt', '1', '1.5', T(2), T(1)],
      [3, 'Q', 'removed', null, null, null, T(2), T(1)],
      [5, 'Q', 'restored', null, null, null, T(5), T(4)],
      [5, 'Q', 'repriced', 'pricing.prompt', '2', '3', T(5), T(4)],
    ]);
    expect(intervals(db)).toEqual([
      ['P', '1', T(1), T(2), 1, 2],
      ['P', '1.5', T(2), null, 2, null],
      ['Q', '2', T(1), T(2), 1, 2],
      ['Q', '3', T(5), null, 5, null],
    ]);
    await expectWhole(db);
  });

  it('believes 404 as an answer: gone for one sweep and back is a gap and no event', async () => {
    const { db, upstream } = await world('a/1');
    upstream.models.set('a/1', [endpointOf('P', '1')]);
    await sweepAt(db, upstream.url, { at: T(1) });
    upstream.models.delete('a/1');
    await sweepAt(db, upstream.url, { at: T(2) });
    upstream.models.set('a/1', [endpointOf('P', '1')]);
    await sweepAt(db, upstream.url, { at: T(3) });
    expect(events(db)).toEqual([]);
    expect(intervals(db).map(([, , from, to]) => [from, to])).toEqual([
      [T(1), T(2)],
      [T(3), null],
    ]);
    expect(sweeps(db).map((row) => row.slice(0, 6))).toEqual([
      ['complete', 1, 1, 0, 0, 1],
      ['complete', 1, 1, 1, 0, 0],
      ['complete', 1, 1, 0, 0, 1],
    ]);
    await expectWhole(db);
  });

  it('keeps the last state of a model that fails, counts it, and says why', async () => {
    const { db, upstream } = await world('a/1', 'a/2');
    for (const id of ['a/1', 'a/2']) upstream.models.set(id, [endpointOf('P', '1')]);
    await sweepAt(db, upstream.url, { at: T(1) });
    upstream.models.set('a/1', (_, response) => {
      response.statusCode = 502;
      response.end('<html>');
    });
    upstream.models.set('a/2', (_, response) => response.end('{"data":{"id":"a/1","endpoints":[]}}'));
    const failed = await sweepAt(db, upstream.url, { at: T(2) });
    expect([failed.status, failed.failures.map(({ model, code }) => [model, code])]).toEqual([
      'failed',
      [
        ['a/1', 'http_error'],
        ['a/2', 'other_model'],
      ],
    ]);
    upstream.models.set('a/2', [endpointOf('P', '2')]);
    expect((await sweepAt(db, upstream.url, { at: T(3) })).status).toBe('partial');
    expect(sweeps(db).map((row) => row.slice(0, 5))).toEqual([
      ['complete', 2, 2, 0, 0],
      ['failed', 2, 0, 0, 2],
      ['partial', 2, 1, 0, 1],
    ]);
    expect(events(db).map((row) => [row[2], row[4], row[5], row[7]])).toEqual([['repriced', '1', '2', T(1)]]);
    expect(ask(db, 'SELECT count(*) FROM endpoint_prices WHERE valid_to IS NULL')).toEqual([[6]]);
    await expectWhole(db);
  });

  it('obeys Retry-After, and gives up where upstream goes on refusing', async () => {
    const { db, upstream } = await world('a/1', 'a/2', 'a/3', 'a/4', 'a/5');
    let refusals = 1;
    const refuse: Parameters<typeof upstream.models.set>[1] = (_, response) => {
      refusals -= 1;
      response.statusCode = refusals < 0 ? 200 : 429;
      if (refusals >= 0) response.setHeader('retry-after', '7');
      response.end(JSON.stringify({ data: { id: 'a/1', endpoints: [endpointOf('P', '1')] } }));
    };
    upstream.models.set('a/1', refuse);
    const waits: number[] = [];
    await sweepAt(db, upstream.url, { at: T(1), model: 'a/1', onWait: (ms) => waits.push(ms) });
    expect(waits).toEqual([7000]);
    refusals = 1000;
    for (const id of ['a/1', 'a/2', 'a/3', 'a/4', 'a/5']) upstream.models.set(id, refuse);
    const { status, failures } = await sweepAt(db, upstream.url, { at: T(2) });
    expect([status, failures.map(({ model }) => model)]).toEqual(['failed', ['a/1', 'a/2', 'a/3']]);
    expect(ask(db, 'SELECT count(*) FROM endpoints WHERE missing_since IS NOT NULL')).toEqual([[0]]);
  });

  it('gives up with the first model where nobody can be reached, and with the third where nobody can any more', async () => {
    const ids = ['a/1', 'a/2', 'a/3', 'a/4', 'a/5', 'a/6'];
    const { db, upstream } = await world(...ids);
    for (const id of ids) upstream.models.set(id, [endpointOf('P', '1')]);
    await sweepAt(db, upstream.url, { at: T(1) });
    upstream.models.set('a/1', (_, response) => {
      response.end(JSON.stringify({ data: { id: 'a/1', endpoints: [endpointOf('P', '2')] } }));
      upstream.stop();
    });
    const gone = await sweepAt(db, upstream.url, { at: T(2) });
    expect([gone.status, gone.isGivenUp, gone.modelsAnswered, gone.failures.map(({ model }) => model)]).toEqual([
      'partial',
      true,
      1,
      ['a/2', 'a/3', 'a/4'],
    ]);
    const never = await sweepAt(db, upstream.url, { at: T(3) });
    expect([never.status, never.isGivenUp, never.requests, never.failures.map(({ code }) => code)]).toEqual([
      'failed',
      true,
      4,
      ['unreachable'],
    ]);
    expect(ask(db, 'SELECT id, status, models_answered, error_message FROM endpoint_sweeps WHERE id > 1')).toEqual([
      [2, 'partial', 1, expect.stringMatching(/^3 of 4 models could not be had, then it was given up: No endpoints /)],
      [3, 'failed', 0, expect.stringMatching(/^1 of 1 models could not be had, then it was given up: No endpoints /)],
    ]);
    expect(events(db).map((row) => [row[2], row[4], row[5]])).toEqual([['repriced', '1', '2']]);
    await expectWhole(db);
    const env = { MODEL_LEDGER_RETRY_DELAY_MS: '1', MODEL_LEDGER_NOW: T(4) };
    const { code, stdout } = await call(['endpoints', 'sync', '--db', db, '--source', upstream.url], { env });
    expect([code, stdout]).toEqual([3, 'sweep 4  0 endpoints of 0 models, 1 failed, given up: nothing changed\n']);
  });

  it('gives up with the third model where upstream takes every request and answers none', async () => {
    const ids = ['a/1', 'a/2', 'a/3', 'a/4', 'a/5', 'a/6'];
    const { db, upstream } = await world(...ids);
    upstream.models.set('a/1', [endpointOf('P', '1')]);
    for (const id of ids.slice(1)) upstream.models.set(id, () => {});
    const silent = await sweepAt(db, upstream.url, { at: T(1), timeoutMs: 600 });
    expect([silent.status, silent.isGivenUp, silent.modelsAnswered]).toEqual(['partial', true, 1]);
    expect(silent.failures.map(({ model, code }) => [model, code])).toEqual([
      ['a/2', 'timeout'],
      ['a/3', 'timeout'],
      ['a/4', 'timeout'],
    ]);
    // One model is worth all attempts; those after it, while nothing comes, one each.
    const asked = (id: string): number => upstream.asked.filter((path) => path.includes(id)).length;
    expect(['a/2', 'a/3', 'a/4', 'a/5'].map(asked)).toEqual([4, 1, 1, 0]);
    expect(ask(db, 'SELECT status, models_answered, error_code, error_message FROM endpoint_sweeps')).toEqual([
      ['partial', 1, 'timeout', expect.stringMatching(/^3 of 4 models could not be had, then it was given up: No /)],
    ]);
    expect(ask(db, 'SELECT model_id, removed_at FROM endpoints')).toEqual([['a/1', null]]);
    await expectWhole(db);
  });

  it('that fails after a turn says that what was recorded stays', async () => {
    const ids = Array.from({ length: 60 }, (_, i) => `a/${String(i).padStart(2, '0')}`);
    const { db, upstream } = await world(...ids);
    for (const id of ids) upstream.models.set(id, [endpointOf('P', '1')]);
    upstream.models.set('a/55', (_, response) => {
      const sqlite = new Database(db);
      sqlite.pragma('user_version = 999');
      sqlite.close();
      response.end(JSON.stringify({ data: { id: 'a/55', endpoints: [] } }));
    });
    await expect(sweepAt(db, upstream.url, { at: T(1) })).rejects.toThrow(
      /\(schema 999.*\); what was recorded before it stays, and the next sweep goes on from there\.$/,
    );
    const sqlite = new Database(db, { readonly: true });
    expect(sqlite.prepare('SELECT count(*) FROM endpoints').pluck().get()).toBeGreaterThanOrEqual(50);
    sqlite.close();
  });

  it('does not believe an address that answers 404 to everything', async () => {
    const ids = Array.from({ length: 12 }, (_, i) => `a/${i}`);
    const { db, upstream } = await world(...ids);
    for (const id of ids) upstream.models.set(id, [endpointOf('P', '1')]);
    await sweepAt(db, upstream.url, { at: T(1) });
    upstream.models.clear();
    const { status, failures } = await sweepAt(db, upstream.url, { at: T(2) });
    expect([status, failures.length, failures[0]]).toEqual([
      'failed',
      12,
      {
        model: 'a/0',
        code: 'too_many_gone',
        message: '12 of 12 models are said to have no endpoints all at once',
      },
    ]);
    expect(ask(db, 'SELECT count(*) FROM endpoints WHERE missing_since IS NOT NULL')).toEqual([[0]]);
  });

  it('sets an endpoint with a malformed price aside, tells it once, and keeps its last state', async () => {
    const { db, upstream } = await world('a/1');
    upstream.models.set('a/1', [endpointOf('P', '1'), endpointOf('Q', '1')]);
    await sweepAt(db, upstream.url, { at: T(1) });
    upstream.models.set('a/1', [endpointOf('P', 'free'), endpointOf('Q', '2')]);
    const told = await sweepAt(db, upstream.url, { at: T(2) });
    expect(told.setAside).toEqual([{ model: 'a/1', reason: 'P: pricing.prompt: not a decimal amount: "free"' }]);
    await sweepAt(db, upstream.url, { at: T(3) });
    expect(ask(db, 'SELECT sweep_id, model_id, position FROM endpoint_quarantine')).toEqual([[2, 'a/1', 0]]);
    expect(intervals(db).map((row) => row.slice(0, 4))).toEqual([
      ['P', '1', T(1), null],
      ['Q', '1', T(1), T(2)],
      ['Q', '2', T(2), null],
    ]);
    await expectWhole(db);
  });

  it('goes on with a list that changes meanwhile: newcomers are asked, what left the list ends', async () => {
    const { db, upstream } = await world('a/1', 'a/2', 'a/3');
    for (const id of ['a/1', 'a/2', 'a/3', 'a/0']) upstream.models.set(id, [endpointOf('P', '1')]);
    await sweepAt(db, upstream.url, { at: T(1) });
    let changed: Promise<void> | undefined;
    upstream.models.set('a/1', (_, response) => {
      changed ??= list(db, T(2), ['a/0', 'a/1', 'a/2']);
      void changed.then(() => response.end(JSON.stringify({ data: { id: 'a/1', endpoints: [endpointOf('P', '1')] } })));
    });
    upstream.asked.length = 0;
    upstream.models.delete('a/3');
    await sweepAt(db, upstream.url, { at: T(2, 0, 500) });
    expect(upstream.asked.map((path) => path.slice('/api/v1/models/'.length))).toEqual([
      'a/1/endpoints',
      'a/2/endpoints',
      'a/3/endpoints',
      'a/0/endpoints',
    ]);
    await sweepAt(db, upstream.url, { at: T(3) });
    expect(upstream.asked.length).toBe(7);
    expect(events(db).map((row) => row.slice(0, 3))).toEqual([[3, 'P', 'removed']]);
    await expectWhole(db);
  });

  it('that changes nothing writes one row, of less than four kilobytes', async () => {
    const ids = Array.from({ length: 350 }, (_, i) => `a/${String(i).padStart(3, '0')}`);
    const { db, upstream } = await world(...ids);
    for (const id of ids) upstream.models.set(id, [endpointOf('P', '1'), endpointOf('P', '2')]);
    await sweepAt(db, upstream.url, { at: T(1) });
    const count = () =>
      ask(
        db,
        `SELECT ${[...['endpoint_answers', 'endpoint_events', 'endpoint_limits', 'endpoint_models', 'endpoint_prices'], ...['endpoint_quarantine', 'endpoint_texts', 'endpoints']].map((table) => `(SELECT count(*) FROM ${table})`).join()}`,
      );
    const before = count();
    const size = () => statSync(db).size;
    await sweepAt(db, upstream.url, { at: T(2) });
    const from = size();
    for (const hour of [3, 4, 5, 6]) {
      for (const [id, endpoints] of upstream.models) {
        if (Array.isArray(endpoints))
          upstream.models.set(
            id,
            endpoints.map((one: Json) => ({ ...one, status: -hour })),
          );
      }
      await sweepAt(db, upstream.url, { at: T(hour) });
    }
    expect(count()).toEqual(before);
    expect((size() - from) / 4).toBeLessThan(4096);
    expect(sweeps(db).length).toBe(6);
  });

  it('goes on where it was stopped, also by one that narrows nothing else', async () => {
    const ids = ['a/1', 'a/2', 'a/3', 'a/4'];
    const { db, upstream } = await world(...ids);
    for (const id of ids) upstream.models.set(id, [endpointOf('P', '1')]);
    const stop = new AbortController();
    upstream.models.set('a/3', () => stop.abort());
    const stopped = await sweepAt(db, upstream.url, { at: T(1), signal: stop.signal });
    expect([stopped.isStopped, stopped.status, stopped.modelsAnswered]).toEqual([true, 'partial', 2]);
    expect(ask(db, 'SELECT status, finished_at, models_answered FROM endpoint_sweeps')).toEqual([['partial', null, 2]]);
    await expectWhole(db);
    upstream.models.set('a/3', [endpointOf('P', '1')]);
    upstream.asked.length = 0;
    const resumed = await sweepAt(db, upstream.url, { at: T(1, 1) });
    expect([resumed.id, resumed.isResumed, resumed.status, resumed.modelsAnswered]).toEqual([1, true, 'complete', 4]);
    expect(upstream.asked.length).toBe(2);
    expect(ask(db, 'SELECT status, models_asked, endpoints_seen, added FROM endpoint_sweeps')).toEqual([
      ['complete', 4, 4, 4],
    ]);
    await expectWhole(db);
  });

  it('that was stopped long ago is left as it is', async () => {
    const { db, upstream } = await world('a/1', 'a/2');
    const stop = new AbortController();
    upstream.models.set('a/1', [endpointOf('P', '1')]);
    upstream.models.set('a/2', () => stop.abort());
    await sweepAt(db, upstream.url, { at: T(1), signal: stop.signal });
    upstream.models.set('a/2', [endpointOf('P', '1')]);
    await sweepAt(db, upstream.url, { at: T(3) });
    expect(ask(db, 'SELECT status, finished_at, error_code, models_answered FROM endpoint_sweeps')).toEqual([
      ['partial', T(1), 'stopped', 1],
      ['complete', T(3), null, 2],
    ]);
  });

  it('waits for a list sync that writes, and never holds the lock while it waits for upstream', async () => {
    const { db, upstream } = await world('a/1');
    upstream.models.set('a/1', (_, response) => {
      void acquireLock(db).then((lock) => {
        response.end(JSON.stringify({ data: { id: 'a/1', endpoints: [endpointOf('P', '1')] } }));
        setTimeout(lock.release, 120);
      });
    });
    expect((await sweepAt(db, upstream.url, { at: T(1) })).status).toBe('complete');
    const [first, second] = await Promise.allSettled([
      sweepAt(db, upstream.url, { at: T(2) }),
      sweepAt(db, upstream.url, { at: T(2) }),
    ]);
    expect([first.status, second.status === 'rejected' && second.reason.exitCode]).toEqual(['fulfilled', 75]);
  });

  it('keeps telemetry only where that is asked for, a row an endpoint', async () => {
    const { db, upstream } = await world('a/1');
    upstream.models.set('a/1', [endpointOf('P', '1'), endpointOf('P', '1', { status: -2, uptime_last_5m: 12.5 })]);
    await sweepAt(db, upstream.url, { at: T(1) });
    await sweepAt(db, upstream.url, { at: T(2), telemetry: true });
    await sweepAt(db, upstream.url, { at: T(3), telemetry: true });
    expect(
      ask(db, 'SELECT sweep_id, provider, twin, status, uptime_last_5m, uptime_last_30m FROM endpoint_telemetry'),
    ).toEqual(
      [2, 3].flatMap((sweep) => [
        [sweep, 'P', 0, 0, null, 99.9],
        [sweep, 'P', 1, -2, 12.5, 99.9],
      ]),
    );
    expect(events(db)).toEqual([]);
    expect(String(ask(db, 'SELECT document FROM endpoints'))).not.toMatch(/status|uptime|latency/);
  });
});
