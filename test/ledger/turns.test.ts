import { expect, test } from 'vitest';
import { record } from '../../src/ledger/record/record.ts';
import { recordInBatches } from '../../src/ledger/record/recordInBatches.ts';
import type { Snapshot } from '../../src/ledger/record/runs.ts';
import { verify } from '../../src/ledger/record/verify.ts';
import { runAtOnce, runInTurns, type Steps } from '../../src/ledger/store/steps.ts';
import { documentOf } from '../core/documents.ts';
import { newLedger, recordAll, rows } from './ledgers.ts';
import { hour, snapshot } from './snapshots.ts';

/** Blocks this thread, as work does. */
function work(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

function* count(to: number): Steps<number> {
  let done = 0;
  while (done < to) {
    work(60);
    done += 1;
    yield;
  }
  return done;
}

test('work that is done in turns hears a signal, and ends without one as it would at once', async () => {
  const stop = new AbortController();
  setImmediate(() => stop.abort(new Error('stopped')));
  await expect(runInTurns(count(1000), stop.signal)).rejects.toThrow('stopped');
  expect(await runInTurns(count(4), new AbortController().signal)).toBe(runAtOnce(count(4)));
});

test('a run that is stopped while it writes leaves the file as before, and the next one goes on', async () => {
  const ledger = await newLedger();
  recordAll(ledger, [documentOf('a/1')]);
  const models = Array.from({ length: 40 }, (_, i) => documentOf(`a/${i}`));
  const next = snapshot(hour(1), models);
  const stop = new AbortController();
  // Each model's row takes longer than a turn may.
  ledger.sqlite.function('slow', () => work(30));
  ledger.sqlite.exec('CREATE TEMP TRIGGER slow AFTER INSERT ON change_events BEGIN SELECT slow(); END');
  setImmediate(() => stop.abort(new Error('stopped')));
  await expect(record(ledger, next, {}, stop.signal)).rejects.toThrow('stopped');
  expect([rows(ledger, 'SELECT count(*) FROM sync_runs'), ledger.sqlite.inTransaction]).toEqual([[[1]], false]);
  ledger.sqlite.exec('DROP TRIGGER slow');
  expect(await record(ledger, next, {}, new AbortController().signal)).toMatchObject({ status: 'changed' });
  expect((await verify(ledger)).problems).toEqual([]);
});

async function* given(...snapshots: readonly Snapshot[]): AsyncGenerator<Snapshot> {
  yield* snapshots;
}

test('a batch of an import that would take long is taken back when a signal comes, one that is nearly done is not', async () => {
  const ledger = await newLedger();
  const models = Array.from({ length: 40 }, (_, i) => documentOf(`a/${i}`));
  recordAll(ledger, [documentOf('a/1')], [documentOf('a/1')], models);
  const before = rows(ledger, 'SELECT * FROM sync_runs');
  ledger.sqlite.function('slow', () => work(60));
  ledger.sqlite.exec('CREATE TEMP TRIGGER slow AFTER INSERT ON change_events BEGIN SELECT slow(); END');
  const stop = new AbortController();
  const older = snapshot(hour(0.5), [documentOf('a/2')]);
  setImmediate(() => stop.abort(new Error('stopped')));
  await expect(recordInBatches(ledger, given(older), stop.signal)).rejects.toThrow('stopped');
  expect([rows(ledger, 'SELECT * FROM sync_runs'), ledger.sqlite.inTransaction]).toEqual([before, false]);
  ledger.sqlite.exec('DROP TRIGGER slow');
  expect(await recordInBatches(ledger, given(older), stop.signal)).toBe(0);
  expect(rows(ledger, 'SELECT count(*) FROM sync_runs')).toEqual([[4]]);
  expect((await verify(ledger)).problems).toEqual([]);
});
