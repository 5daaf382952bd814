import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import { countFutureSweeps, newestOfSweeps } from '../../src/ledger/endpoints/future.ts';
import { checkFoundation } from '../../src/ledger/record/foundation.ts';
import { mendClock } from '../../src/ledger/record/mendClock.ts';
import { openForRecording } from '../../src/ledger/record/open.ts';
import { verify } from '../../src/ledger/record/verify.ts';
import { ask, endpointOf, newWorld, sweepAt, T } from './world.ts';

/** A list, a sweep, and the same again at another price when the clock was ten years ahead. */
async function makeAhead() {
  const { db, upstream } = await newWorld(['a/1', 'a/2']);
  upstream.models.set('a/1', [endpointOf('A', '0.000001')]);
  await sweepAt(db, upstream.url, { at: T(1) });
  upstream.models.set('a/1', [endpointOf('A', '0.000002'), endpointOf('B', '0.000003')]);
  await sweepAt(db, upstream.url, { at: '2036-07-01T00:00:00.000Z', telemetry: true });
  return { db, upstream };
}

it('sweeps that are dated in the future are left out by mending the clock, and the next one asks anew', async () => {
  const { db, upstream } = await makeAhead();
  const ledger = await openForRecording(db);
  expect(newestOfSweeps(ledger)).toBe('2036-07-01T00:00:00.000Z');
  expect(countFutureSweeps(ledger, T(2))).toEqual({ future: 1, all: 2 });
  const mended = await mendClock(ledger, [], new Date(T(2)), new AbortController().signal);
  expect(mended).toEqual({ redated: [], leftOut: [], dropped: 0, sweeps: 1, taken: [] });
  expect(newestOfSweeps(ledger)).toBe(T(2));
  expect((await verify(ledger)).problems).toEqual([]);
  ledger.close();
  expect(ask(db, 'SELECT status, error_code, started_at, answers FROM endpoint_sweeps ORDER BY id')).toEqual([
    ['complete', null, T(1), '[1,1]'],
    ['failed', 'in_the_future', T(2), '[]'],
  ]);
  const PRICES = "SELECT price, valid_from, valid_to FROM endpoint_prices WHERE component = 'prompt' ORDER BY id";
  expect(ask(db, PRICES)).toEqual([['0.000001', T(1), null]]);
  await sweepAt(db, upstream.url, { at: T(3) });
  expect(ask(db, PRICES)).toEqual([
    ['0.000001', T(1), T(3)],
    ['0.000002', T(3), null],
    ['0.000003', T(3), null],
  ]);
});

it.each(['endpoint_events', 'endpoints', 'endpoint_limits', 'endpoint_prices', 'endpoint_answers'])(
  'a run does not go on where %s was emptied',
  async (table) => {
    const { db } = await makeAhead();
    const sqlite = new Database(db);
    sqlite.pragma('foreign_keys = OFF');
    sqlite.exec(`DELETE FROM ${table}`).close();
    const ledger = await openForRecording(db);
    expect(() => checkFoundation(ledger)).toThrow(`${table} has 0 rows where`);
    ledger.close();
  },
);
