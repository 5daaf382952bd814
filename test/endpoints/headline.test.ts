import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  prepareExpectedVerdicts,
  prepareNetVerdicts,
  prepareVerdicts,
} from '../../src/ledger/queries/endpoints/verdicts.ts';
import { openForRecording } from '../../src/ledger/record/open.ts';
import { openForReading } from '../../src/ledger/store/open.ts';
import { documentOf } from '../core/documents.ts';
import { snapshot } from '../ledger/snapshots.ts';
import { record } from '../ledgers.ts';
import { call } from '../program/call.ts';
import { newFolder } from '../program/program.ts';
import { ask, endpointOf, type Json, sweepAt, T, Upstream } from './world.ts';

type Step = readonly [at: string, shown: string, endpoints: readonly Json[] | null];

/** Lists of one model at a price, each followed by a sweep a minute later where endpoints are given. */
async function story(...steps: readonly Step[]): Promise<string> {
  const db = join(newFolder(), 'ledger.db');
  const upstream = await Upstream.start();
  for (const [at, prompt, endpoints] of steps) {
    const ledger = await openForRecording(db);
    record(ledger, snapshot(at, [documentOf('a/1', { pricing: { prompt } })]));
    ledger.close();
    if (endpoints === null) continue;
    upstream.models.set('a/1', endpoints);
    await sweepAt(db, upstream.url, { at: new Date(Date.parse(at) + 60_000).toISOString() });
  }
  return db;
}

const P = (price: string): Json => endpointOf('P', price);
const Q = (price: string): Json => endpointOf('Q', price);
const verdicts = (db: string) =>
  ask(db, 'SELECT old_value, new_value, verdict FROM headline_changes ORDER BY event_id');

describe('a change of the listed price', () => {
  it('is a repricing where an endpoint went from the old price to the new one', async () => {
    const db = await story([T(0), '1', [P('1'), Q('3')]], [T(6), '2', [P('2'), Q('3')]]);
    expect(verdicts(db)).toEqual([['1', '2', 'repriced']]);
  });

  it('is another provider where the new price was another’s before and the old one still stands', async () => {
    const db = await story([T(0), '1', [P('1'), Q('3')]], [T(6), '3', [Q('3'), P('1')]]);
    expect(verdicts(db)).toEqual([['1', '3', 'other provider']]);
    const ledger = openForReading(db);
    expect(prepareVerdicts(ledger)(2, 'a/1', 'pricing.prompt')).toBe('other provider');
    const expected = prepareExpectedVerdicts(ledger, T(7));
    expect(expected('a/1', 'pricing.prompt', '3', '1')).toBe('other provider');
    expect(expected('a/1', 'pricing.prompt', '3', '2')).toBe(null);
    expect(prepareExpectedVerdicts(ledger, T(48))('a/1', 'pricing.prompt', '3', '1')).toBe(null);
    ledger.close();
  });

  it('is told between two instants where all that happened in between was of one kind', async () => {
    const db = await story(
      [T(0), '1', [P('1'), Q('3')]],
      [T(6), '3', [Q('3'), P('1')]],
      [T(12), '4', [Q('4'), P('1')]],
      [T(18), '5', [Q('5'), P('1')]],
    );
    const ledger = openForReading(db);
    const between = (from: number, to: number): unknown =>
      prepareNetVerdicts(ledger, T(from), T(to))('a/1', 'pricing.prompt');
    expect([between(0, 6), between(6, 18), between(0, 18), between(6, 6)]).toEqual([
      'other provider',
      'repriced',
      'unknown',
      null,
    ]);
    ledger.close();
    const diff = await call(['diff', T(0), T(6), '--json', '--db', db]);
    expect(diff.stdout).toContain('"verdict":"other provider"');
    expect((await call(['diff', T(0), T(6), '--db', db])).stdout).toContain('(another provider is shown)');
  });

  it('is not known where both fit, neither fits, or no sweep is near enough', async () => {
    const both = await story(
      [T(0), '1', [P('1'), Q('3'), endpointOf('R', '1')]],
      [T(6), '3', [P('3'), Q('3'), endpointOf('R', '1')]],
    );
    const neither = await story([T(0), '1', [P('1')]], [T(6), '9', [P('1')]]);
    const unasked = await story([T(0), '1', [P('1'), Q('3')]], [T(6), '3', null]);
    const late = await story([T(0), '1', [P('1'), Q('3')]], [T(40), '1', null], [T(41), '3', [P('1'), Q('3')]]);
    expect([both, neither, unasked, late].map((db) => verdicts(db)[0]?.[2])).toEqual(Array(4).fill('unknown'));
  });

  it('is told by the state before it, also where it fell between two sweeps', async () => {
    const db = await story(
      [T(0), '1', [P('1'), Q('3')]],
      [T(1), '1', null],
      [T(2), '2', null],
      [T(6), '2', [P('2'), Q('3')]],
    );
    expect(verdicts(db)).toEqual([['1', '2', 'repriced']]);
  });
});
