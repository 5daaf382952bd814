import { describe, expect, it } from 'vitest';
import type { Snapshot } from '../../src/ledger/record/runs.ts';
import type { Ledger } from '../../src/ledger/store/open.ts';
import { documentOf } from '../core/documents.ts';
import { record } from '../ledgers.ts';
import { differingRows, newLedger, readTables, recordBatch, rows } from './ledgers.ts';
import { hour, snapshot } from './snapshots.ts';

const models = (from: number, to: number, more = {}) =>
  Array.from({ length: to - from }, (_, i) => documentOf(`m/${from + i}`, more));
const [A, B, C] = ['a/1', 'b/2', 'c/3'].map((id) => documentOf(id));
const FULL = models(0, 40);
const LESS = models(0, 25);

/** All that a ledger says after these batches. */
async function saidAfter(...batches: readonly (readonly Snapshot[])[]) {
  const ledger = await recordBatches(...batches);
  return {
    tables: readTables(ledger),
    hashes: rows(ledger, 'SELECT sha256 FROM archive ORDER BY sha256'),
    errors: rows(ledger, 'SELECT observed_at, trigger, error_code, error_message FROM sync_runs ORDER BY observed_at'),
  };
}

async function recordBatches(...batches: readonly (readonly Snapshot[])[]): Promise<Ledger> {
  const ledger = await newLedger(':memory:');
  for (const batch of batches) recordBatch(ledger, batch);
  return ledger;
}

const twice = (list: unknown[]): unknown[] => [list, list];

const HISTORIES: readonly (readonly [string, readonly unknown[]])[] = [
  ['a price that moved', [1, 2, 3, 4, 5].map((prompt) => [documentOf('a/1', { pricing: { prompt } })])],
  ['a removal and a return', [[A, B], [A, B], [A], [A], [A, B], [A, B, C]]],
  ['a removal, a return changed and a second removal', [[A, B], [A], [A, { ...B, name: 'x' }], [A], [A, C]]],
  ['a model seen once', [[A], [A, B], [A], [A], [A, C]]],
  ['a list held three times', [FULL, LESS, LESS, LESS, FULL]],
  ['a list held twice and a whole one between', [FULL, LESS, LESS, FULL, LESS, LESS]],
  ['a loss in small steps', [FULL, models(0, 35), models(0, 30), LESS, models(0, 20)]],
  [
    'an entry broken for a while',
    [FULL, [{ id: 'm/0' }, ...FULL.slice(1)], FULL.slice(1), FULL, [...FULL, { id: 'm/0' }]],
  ],
  [
    'an entry broken in the same bytes twice',
    [FULL, ...twice([{ id: 'm/0' }, ...FULL.slice(1)]), FULL, ...twice([...FULL, null])],
  ],
  ['a new key on all', [FULL, models(0, 40, { links: 'x' }), models(0, 40, { links: 'y' }), FULL]],
  ['the same bytes again and again', [[A], [A], [A, B], [A, B], [A], [A]]],
  ['answers that are no list', ['<html>', [A, B], '', [A], '{"data":[]}', [B]]],
];

describe.each(HISTORIES)('%s', (_, bodies) => {
  const snapshots = bodies.map((body, i) => {
    const text = typeof body === 'string' ? body : JSON.stringify({ data: body });
    return snapshot(hour(i), text, { trigger: i % 2 === 0 ? 'import' : 'cron' });
  });
  const odd = snapshots.filter((__, i) => i % 2 === 1);
  const even = snapshots.filter((__, i) => i % 2 === 0);
  const half = Math.floor(snapshots.length / 2);
  let inOrder: Awaited<ReturnType<typeof saidAfter>> | undefined;

  it.each([
    ['one by one', snapshots.map((one) => [one])],
    ['backwards, one by one', snapshots.map((one) => [one]).reverse()],
    ['the later half first', [snapshots.slice(half), snapshots.slice(0, half)]],
    ['the odd ones into the even ones', [even, odd]],
    ['the even ones into the odd ones, one by one', [...odd.map((one) => [one]), ...even.map((one) => [one])]],
    ['both ends before the middle', [snapshots.slice(0, 1), snapshots.slice(-1), snapshots.slice(1, -1)]],
  ])('ends in the same tables, recorded %s', async (__, batches) => {
    inOrder ??= await saidAfter(snapshots);
    const { tables, ...otherwise } = await saidAfter(...batches);
    expect(differingRows(tables, inOrder.tables)).toEqual([]);
    expect(otherwise).toEqual({ hashes: inOrder.hashes, errors: inOrder.errors });
  });
});

describe('an older snapshot', () => {
  it('leaves what came before it untouched, to the row', async () => {
    const ledger = await recordBatches(
      [0, 1, 2, 4].map((i) => snapshot(hour(i), [documentOf('a/1', { context_length: i })])),
    );
    const before = rows(ledger, 'SELECT id, observed_at FROM change_events ORDER BY id').slice(0, 3);
    record(ledger, snapshot(hour(3), [documentOf('a/1', { context_length: 3 })]));
    expect(rows(ledger, 'SELECT id, observed_at FROM change_events ORDER BY id').slice(0, 3)).toEqual(before);
  });

  it('makes a held list believed that it confirms', async () => {
    const ledger = await recordBatches([FULL, LESS, LESS].map((list, i) => snapshot(hour(2 * i), list)));
    expect(rows(ledger, 'SELECT status FROM sync_runs ORDER BY observed_at')).toEqual([
      ['changed'],
      ['held'],
      ['held'],
    ]);
    record(ledger, snapshot(hour(3), LESS));
    expect(rows(ledger, 'SELECT status, error_code, removed FROM sync_runs ORDER BY observed_at')).toEqual([
      ['changed', null, 0],
      ['held', 'too_many_gone', 0],
      ['held', 'too_many_gone', 0],
      ['changed', null, 15],
    ]);
  });

  it('than the first becomes the first', async () => {
    const ledger = await recordBatches([snapshot(hour(5), [{ ...A, name: 'new' }])], [snapshot(hour(1), [A])]);
    expect(
      rows(ledger, 'SELECT type, field, observed_at, previous_observed_at FROM change_events ORDER BY observed_at'),
    ).toEqual([
      ['added', null, hour(1), null],
      ['updated', 'name', hour(5), hour(1)],
    ]);
    expect(rows(ledger, 'SELECT first_seen_at, name FROM models')).toEqual([[hour(1), 'new']]);
  });
});

describe('a list that would narrow the scope', () => {
  const inScope = (hours: number, scope: string, list: unknown[]) =>
    snapshot(hour(hours), list, { scope: `output_modalities=${scope}`, trigger: 'import' });

  it('is left out when an older and wider one is put before it; its body stays', async () => {
    const ledger = await recordBatches([
      inScope(0, 'text', [A]),
      inScope(2, 'text', [A, B]),
      inScope(3, 'text', [B]),
      inScope(4, 'all', [A, B, C]),
    ]);
    expect(recordBatch(ledger, [inScope(1, 'all', [A, C])]).dropped).toBe(2);
    expect(rows(ledger, 'SELECT observed_at, scope, status FROM sync_runs ORDER BY observed_at')).toEqual([
      [hour(0), 'output_modalities=text', 'changed'],
      [hour(1), 'output_modalities=all', 'changed'],
      [hour(4), 'output_modalities=all', 'changed'],
    ]);
    expect(
      rows(ledger, 'SELECT model_id, type, observed_at, previous_observed_at FROM change_events ORDER BY id'),
    ).toEqual([
      ['a/1', 'added', hour(0), null],
      ['c/3', 'added', hour(1), null],
      ['b/2', 'added', hour(4), hour(1)],
    ]);
    expect(rows(ledger, 'SELECT count(*) FROM archive')).toEqual([[5]]);
  });
});
