import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { answeredBy } from '../../src/ledger/endpoints/timeline.ts';
import { endpointsAnswerAt } from '../../src/ledger/queries/endpoints/endpointsAt.ts';
import { mendClock } from '../../src/ledger/record/mendClock.ts';
import { openForRecording } from '../../src/ledger/record/open.ts';
import { openForReading } from '../../src/ledger/store/open.ts';
import { newFolder } from '../program/program.ts';
import { importFiles, savedAt } from './saved.ts';
import { ask, endpointOf, type Json, newWorld, problemsOf, sweepAt, T } from './world.ts';

const IDS = ['a/1', 'a/2', 'a/3'];
const at = (price: string): Json[] => [endpointOf('P', price)];
const all = (price: string) => Object.fromEntries(IDS.map((id) => [id, at(price)]));
const prices = (db: string, model: string) =>
  ask(
    db,
    `SELECT price, valid_from, valid_to FROM endpoint_prices JOIN endpoints AS e ON e.id = endpoint_id
      WHERE component = 'prompt' AND model_id = '${model}' ORDER BY valid_from`,
  );
const events = (db: string, model: string) =>
  ask(
    db,
    `SELECT type, old_value, new_value, observed_at, previous_observed_at FROM endpoint_events
      WHERE model_id = '${model}' ORDER BY observed_at`,
  );

/** Saves answers beside the data file, and imports them. */
async function put(db: string, name: string, ...saved: readonly string[]): Promise<void> {
  const paths = saved.map((text, i) => {
    const path = join(dirname(db), `${name}${i}.json`);
    writeFileSync(path, text);
    return path;
  });
  await importFiles(db, paths);
}

/** Three models at a price. */
async function world(price: string) {
  const { db, upstream } = await newWorld(IDS);
  for (const id of IDS) upstream.models.set(id, at(price));
  return { db, upstream };
}

/** A minute passes with each answer: the three come at 1:01, 1:02 and 1:03. */
const SWEEP = { at: T(1), tickMs: 60_000 };

describe('answers imported from within the time of a sweep', () => {
  it('take their place among its answers, by the instants of both', async () => {
    const { db, upstream } = await world('1');
    await sweepAt(db, upstream.url, SWEEP);
    await put(db, 'within', savedAt(T(1, 2, 500), all('2')));
    expect(prices(db, 'a/1')).toEqual([
      ['1', T(1, 1), T(1, 2, 500)],
      ['2', T(1, 2, 500), null],
    ]);
    expect(prices(db, 'a/3')).toEqual([
      ['2', T(1, 2, 500), T(1, 3)],
      ['1', T(1, 3), null],
    ]);
    expect(await problemsOf(db)).toEqual([]);
    const ledger = openForReading(db);
    const answered = [T(1, 2), T(1, 2, 500), T(1, 4)].map((by) => answeredBy(ledger, 'a/3', by));
    expect(answered).toEqual([null, T(1, 2, 500), T(1, 3)]);
    const said = [T(1, 2, 500), T(1, 4)].map((by) => String(endpointsAnswerAt(ledger, 'a/3', by)));
    expect(said.map((text) => /"prompt":"(.)"/.exec(text)?.[1])).toEqual(['2', '1']);
    ledger.close();
    for (const id of IDS) upstream.models.set(id, at('3'));
    await sweepAt(db, upstream.url, { at: T(2) });
    expect(events(db, 'a/1').at(-1)).toEqual(['repriced', '2', '3', T(2), T(1, 2, 500)]);
    expect(events(db, 'a/3').at(-1)).toEqual(['repriced', '1', '3', T(2), T(1, 3)]);
    expect(await problemsOf(db)).toEqual([]);
  });

  it.each(['1', '2'])('while it goes on are before its later answers (at the price %s)', async (price) => {
    const { db, upstream } = await world('1');
    await sweepAt(db, upstream.url, { at: T(0, 30) });
    for (const id of IDS) upstream.models.set(id, at('2'));
    let waits = 0;
    const onWait = async (): Promise<void> => {
      waits += 1;
      if (waits === 1) await put(db, 'meanwhile', savedAt(T(1, 2, 500), all(price)));
    };
    await sweepAt(db, upstream.url, { ...SWEEP, pauseMs: 1, onWait });
    const moves = {
      // The first answers were written only after the import.
      1: [
        ['1', T(0, 30), T(1, 2, 501)],
        ['2', T(1, 2, 501), null],
      ],
      2: [
        ['1', T(0, 30), T(1, 2, 500)],
        ['2', T(1, 2, 500), null],
      ],
    }[price];
    expect(prices(db, 'a/1')).toEqual(moves);
    expect(await problemsOf(db)).toEqual([]);
  });

  it('leave its answers whole when mending the clock leaves them out', async () => {
    const { db, upstream } = await world('1');
    await sweepAt(db, upstream.url, { at: T(0, 30) });
    for (const id of IDS) upstream.models.set(id, at('2'));
    let waits = 0;
    const onWait = async (): Promise<void> => {
      waits += 1;
      if (waits === 1) await put(db, 'ahead', savedAt(T(20), all('2')));
    };
    await sweepAt(db, upstream.url, { ...SWEEP, pauseMs: 1, onWait });
    const ledger = await openForRecording(db);
    expect(await mendClock(ledger, [], new Date(T(2)), new AbortController().signal)).toMatchObject({ sweeps: 1 });
    ledger.close();
    expect(prices(db, 'a/3')).toEqual([
      ['1', T(0, 30), T(2)],
      ['2', T(2), null],
    ]);
    expect(await problemsOf(db)).toEqual([]);
  });

  it('do not keep a stopped one from going on', async () => {
    const { db, upstream } = await world('1');
    const stop = new AbortController();
    upstream.models.set('a/3', () => stop.abort());
    await sweepAt(db, upstream.url, { ...SWEEP, signal: stop.signal });
    await put(db, 'within', savedAt(T(1, 2, 500), all('2')));
    upstream.models.set('a/3', at('1'));
    const { id, isResumed } = await sweepAt(db, upstream.url, { at: T(1, 10) });
    expect([id, isResumed]).toEqual([1, true]);
    expect(prices(db, 'a/3')).toEqual([
      ['2', T(1, 2, 500), T(1, 10)],
      ['1', T(1, 10), null],
    ]);
    expect(await problemsOf(db)).toEqual([]);
  });
});

describe('what a file of all models lacks', () => {
  const here = { 'a/1': at('2') };
  const there = { 'a/2': at('3') };

  it.each([
    ['together', [[here, there]]],
    ['one after the other', [[here], [there]]],
    ['the other way round', [[there], [here]]],
  ])('may be in another one of the same instant, imported %s', async (_, imports) => {
    const db = join(newFolder(), 'ledger.db');
    await put(db, 'first', savedAt(T(1), all('1')));
    for (const [i, files] of imports.entries()) await put(db, `more${i}`, ...files.map((file) => savedAt(T(2), file)));
    await put(db, 'last', savedAt(T(3), all('4')));
    const from = (second: string) => [
      ['1', T(1), T(2)],
      [second, T(2), T(3)],
      ['4', T(3), null],
    ];
    expect([prices(db, 'a/1'), prices(db, 'a/2')]).toEqual([from('2'), from('3')]);
    expect(prices(db, 'a/3')).toEqual([
      ['1', T(1), T(2)],
      ['4', T(3), null],
    ]);
    expect(await problemsOf(db)).toEqual([]);
  });

  it('is no conclusion any more when mending the clock has left that file out', async () => {
    const { db, upstream } = await world('1');
    await sweepAt(db, upstream.url, { at: T(1) });
    await put(db, 'ahead', savedAt(T(20), all('2')));
    const ledger = await openForRecording(db);
    expect(await mendClock(ledger, [], new Date(T(2)), new AbortController().signal)).toMatchObject({ sweeps: 1 });
    ledger.close();
    await put(db, 'older', savedAt(T(0), here));
    await put(db, 'newer', savedAt(T(3), all('1')));
    expect(prices(db, 'a/2')).toEqual([['1', T(1), null]]);
    expect(await problemsOf(db)).toEqual([]);
  });
});
