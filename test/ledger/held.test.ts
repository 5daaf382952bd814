import { describe, expect, it } from 'vitest';
import { hashOf } from '../../src/ledger/archive/hash.ts';
import { acceptLists } from '../../src/ledger/record/acceptLists.ts';
import { recordSame } from '../../src/ledger/record/runs.ts';
import type { Ledger } from '../../src/ledger/store/open.ts';
import { documentOf } from '../core/documents.ts';
import { rebuild, record } from '../ledgers.ts';
import { differingRows, newLedger, readTables, recordAll, recordBatch, rows } from './ledgers.ts';
import { hour, snapshot } from './snapshots.ts';

const models = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => documentOf(`m/${String(from + i).padStart(2, '0')}`));
const FULL = models(0, 40);
/** Lacks 15 of 40. */
const LESS = models(0, 25);

const statuses = (ledger: Ledger) => rows(ledger, 'SELECT status FROM sync_runs ORDER BY observed_at').flat();
const counts = (ledger: Ledger, type: string) =>
  rows(ledger, `SELECT run_id, count(*) FROM change_events WHERE type = '${type}' GROUP BY run_id ORDER BY run_id`);

describe('an answer that lacks too many', () => {
  it('is held: kept, told why, and nothing else is touched', async () => {
    const ledger = await newLedger();
    recordAll(ledger, FULL);
    const before = readTables(ledger);
    const recorded = record(ledger, snapshot(hour(1), LESS));
    expect(recorded).toMatchObject({ status: 'held', missing: models(25, 40).map(({ id }) => id), models: [] });
    expect({ ...readTables(ledger), runs: [] }).toEqual({ ...before, runs: [] });
    expect(
      rows(ledger, 'SELECT status, model_count, removed, error_code, error_message FROM sync_runs WHERE id = 2'),
    ).toEqual([['held', 25, 0, 'too_many_gone', '15 of 40 listed models are missing from the answer']]);
    expect(rows(ledger, 'SELECT count(*) FROM archive')).toEqual([[2]]);
  });

  it('is believed at the third time in a row, in runs of their own', async () => {
    const ledger = await newLedger();
    recordAll(ledger, FULL, LESS, LESS, LESS);
    expect(statuses(ledger)).toEqual(['changed', 'held', 'held', 'changed']);
    expect(counts(ledger, 'removed')).toEqual([[4, 15]]);
    expect(rows(ledger, 'SELECT DISTINCT last_seen_at, removed_at FROM models WHERE removed_at IS NOT NULL')).toEqual([
      [hour(0), hour(3)],
    ]);
    expect(rows(ledger, "SELECT DISTINCT previous_observed_at FROM change_events WHERE type = 'removed'")).toEqual([
      [hour(0)],
    ]);
  });

  it('is believed at the third time in a row in one call too', async () => {
    const ledger = await newLedger();
    recordBatch(
      ledger,
      [FULL, LESS, LESS, LESS].map((list, i) => snapshot(hour(i), list)),
    );
    expect(statuses(ledger)).toEqual(['changed', 'held', 'held', 'changed']);
  });

  it('is believed at the third time though the answers differ otherwise', async () => {
    const ledger = await newLedger();
    const renamed = LESS.map((one) => ({ ...one, name: 'new' }));
    recordAll(ledger, FULL, LESS, [...LESS].reverse(), renamed);
    expect(statuses(ledger)).toEqual(['changed', 'held', 'held', 'changed']);
    expect(rows(ledger, 'SELECT removed, updated FROM sync_runs WHERE id = 4')).toEqual([[15, 25]]);
  });

  it('is not believed at the third time when others are gone', async () => {
    const ledger = await newLedger();
    recordAll(ledger, FULL, LESS, models(15, 40), LESS, LESS);
    expect(statuses(ledger)).toEqual(['changed', 'held', 'held', 'held', 'held']);
  });

  it('is not believed at the third time when a whole one came between', async () => {
    const ledger = await newLedger();
    recordAll(ledger, FULL, LESS, LESS, FULL, LESS, LESS, LESS);
    expect(statuses(ledger)).toEqual(['changed', 'held', 'held', 'unchanged', 'held', 'held', 'changed']);
  });

  it('is believed at the third time though a broken one came between', async () => {
    const ledger = await newLedger();
    recordAll(ledger, FULL, LESS, '<html>', LESS, LESS);
    expect(statuses(ledger)).toEqual(['changed', 'held', 'rejected', 'held', 'changed']);
  });

  it('is believed at once when a person accepts it', async () => {
    const ledger = await newLedger();
    recordAll(ledger, FULL);
    record(ledger, snapshot(hour(1), LESS, { isAccepted: true }));
    expect(statuses(ledger)).toEqual(['changed', 'changed']);
    expect(counts(ledger, 'removed')).toEqual([[2, 15]]);
    expect(rows(ledger, 'SELECT run_id FROM acceptances')).toEqual([[2]]);
  });

  it('is believed when made anew from the archive, if a person accepted it', async () => {
    const ledger = await newLedger();
    recordAll(ledger, FULL);
    record(ledger, snapshot(hour(1), LESS, { isAccepted: true }));
    const before = readTables(ledger);
    await rebuild(ledger);
    expect(differingRows(readTables(ledger), before)).toEqual([]);
  });

  it('is believed though it only lacks them since an older list was inserted, if a person accepted it then', async () => {
    const seen = snapshot(hour(2), LESS, { isAccepted: true });
    const ledgers = [await newLedger(), await newLedger(), await newLedger()] as const;
    for (const ledger of ledgers) record(ledger, snapshot(hour(1), LESS));
    record(ledgers[0], seen);
    recordSame(ledgers[1], seen, hashOf(seen.body));
    record(ledgers[2], { ...seen, isAccepted: false });
    expect(await acceptLists(ledgers[2], [hour(2)], new AbortController().signal)).toEqual({ believed: 0, dropped: 0 });
    for (const ledger of ledgers) {
      record(ledger, snapshot(hour(0), FULL));
      expect(statuses(ledger)).toEqual(['changed', 'held', 'changed']);
      expect(counts(ledger, 'removed')).toEqual([[2, 15]]);
    }
  });

  it('brings no newcomer before it is believed', async () => {
    const ledger = await newLedger();
    const other = [...LESS, documentOf('new/1')];
    recordAll(ledger, FULL, other, other, other);
    expect(counts(ledger, 'added')).toEqual([
      [1, 40],
      [4, 1],
    ]);
  });

  it('is followed by a whole one as if it had not been', async () => {
    const ledger = await newLedger();
    const renamed = FULL.map((one, i) => (i === 0 ? { ...one, name: 'new' } : one));
    recordAll(ledger, FULL, LESS, renamed);
    expect(rows(ledger, 'SELECT field, observed_at, previous_observed_at FROM change_events WHERE run_id = 3')).toEqual(
      [['name', hour(2), hour(0)]],
    );
  });
});

describe('a smaller loss', () => {
  it('of ten of twenty is believed', async () => {
    const ledger = await newLedger();
    recordAll(ledger, models(0, 20), models(0, 10));
    expect(counts(ledger, 'removed')).toEqual([[2, 10]]);
  });

  it('of 15 % of eighty is believed, one more is not', async () => {
    const [at, over] = [await newLedger(), await newLedger()];
    recordAll(at, models(0, 80), models(12, 80));
    recordAll(over, models(0, 80), models(13, 80));
    expect([statuses(at), statuses(over)]).toEqual([
      ['changed', 'changed'],
      ['changed', 'held'],
    ]);
  });
});
