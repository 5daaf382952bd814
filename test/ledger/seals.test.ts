import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mendClock } from '../../src/ledger/record/mendClock.ts';
import { openForRecording } from '../../src/ledger/record/open.ts';
import { recordFailure } from '../../src/ledger/record/runs.ts';
import { verify } from '../../src/ledger/record/verify.ts';
import { compact } from '../../src/ledger/store/compact.ts';
import { type Ledger, openForReading } from '../../src/ledger/store/open.ts';
import { findBrokenSeals } from '../../src/ledger/store/seals.ts';
import { documentOf } from '../core/documents.ts';
import { endpointOf, sweepAt, Upstream } from '../endpoints/world.ts';
import { rebuild, record } from '../ledgers.ts';
import { newFolder } from '../program/program.ts';
import { hour, snapshot } from './snapshots.ts';

const folder = newFolder(afterAll);
const whole = join(folder, 'whole.db');

const list = (count: number, price: string) =>
  Array.from({ length: count }, (_, i) => documentOf(`m/${10 + i}`, { pricing: { prompt: price } }));

/** A run of each kind, and sweeps with all that is kept of them. */
async function makeWhole(db: string, url: string): Promise<void> {
  const ledger = await openForRecording(db);
  const etag = { etag: '"x"', httpStatus: 200 };
  record(ledger, snapshot(hour(0), list(40, '1'), etag));
  record(ledger, snapshot(hour(1), list(40, '2'), etag));
  record(ledger, snapshot(hour(2), list(40, '2'), { ...etag, trigger: 'cron' }));
  record(ledger, snapshot(hour(3), list(10, '2')));
  record(ledger, snapshot(hour(4), list(20, '2'), { isAccepted: true }));
  record(ledger, snapshot(hour(5), Buffer.alloc((1 << 20) + 5, 'x')));
  const { body: _, observedAt, isAccepted, ...attempt } = snapshot(hour(6), '');
  recordFailure(ledger, attempt, { code: 'unreachable', message: 'nobody answered' });
  record(ledger, snapshot(hour(7), list(20, '2')));
  ledger.close();
  await sweepAt(db, url, { at: hour(8), telemetry: true });
  await sweepAt(db, url, { at: hour(9), telemetry: true, model: 'm/10' });
}

beforeAll(async () => {
  const upstream = await Upstream.start(afterAll);
  upstream.models.set('m/10', [endpointOf('A', '0.000001')]);
  await makeWhole(whole, upstream.url);
});

let sqlite: Database.Database;
beforeAll(() => {
  sqlite = new Database(whole);
  sqlite.pragma('foreign_keys = OFF');
  sqlite.pragma('ignore_check_constraints = ON');
});
afterAll(() => sqlite.close());

/** What verify finds after something was done to the file by another program; it is taken back. */
function broken(sql: string): string[] {
  sqlite.exec('BEGIN');
  try {
    const { changes } = sqlite.prepare(sql).run();
    expect([sql, changes > 0]).toEqual([sql, true]);
    return findBrokenSeals(sqlite);
  } finally {
    sqlite.exec('ROLLBACK');
  }
}

/** Another value of the same type. */
function another(table: string, column: string): string {
  const value = `"${column}"`;
  return table === 'archive_packs' && column === 'data'
    ? `CAST(${value} || x'00' AS BLOB)`
    : `CASE typeof(${value}) WHEN 'integer' THEN ${value} + 1000 WHEN 'real' THEN ${value} + 0.5
        WHEN 'blob' THEN CAST(${value} || x'00' AS BLOB) WHEN 'null' THEN '7' ELSE ${value} || 'x' END`;
}

const SEALED: Readonly<Record<string, string>> = {
  ...{ sync_runs: 'id', acceptances: 'run_id', archive: 'id', archive_packs: 'id', endpoint_sweeps: 'id' },
  ...{ endpoint_models: 'number', endpoint_texts: 'id', endpoint_answers: 'id', endpoint_telemetry: 'id' },
};
const keysOf = (table: string): number[] => ask(`SELECT "${SEALED[table]}" FROM ${table} ORDER BY 1`);
const ask = (sql: string): number[] => sqlite.prepare<[], number>(sql).pluck().all();

describe('what no archive tells is sealed', () => {
  it('whole, each table has rows, and nothing is found', async () => {
    for (const table of Object.keys(SEALED)) expect([table, keysOf(table).length > 0]).toEqual([table, true]);
    const ledger = openForReading(whole);
    expect(await verify(ledger)).toMatchObject({ problems: [] });
    ledger.close();
  });

  // An acceptance is its key alone.
  it.each(Object.keys(SEALED).filter((table) => table !== 'acceptances'))(
    '%s: any column of any row that is another, is named',
    (table) => {
      const columns = sqlite.prepare<[string], string>('SELECT name FROM pragma_table_info(?)').pluck().all(table);
      for (const key of keysOf(table)) {
        for (const column of columns.filter((name) => name !== SEALED[table])) {
          const found = broken(
            `UPDATE ${table} SET "${column}" = ${another(table, column)} WHERE ${SEALED[table]} = ${key}`,
          );
          const row = table === 'sync_runs' ? 'run' : 'row';
          expect([key, column, found]).toEqual([key, column, [`${table}: ${row} ${key} is not as it was written`]]);
        }
      }
    },
  );

  it.each(Object.keys(SEALED))('%s: a row less, a row twice and another key are named', (table) => {
    const key = SEALED[table];
    const [first = 0] = keysOf(table);
    const is = (words: string) => expect.arrayContaining([expect.stringMatching(words)]);
    const row = table === 'sync_runs' ? 'run' : 'row';
    expect(broken(`DELETE FROM ${table} WHERE ${key} = ${first}`)).toEqual(is(`^${table}: ${row} ${first} is gone$`));
    const moved = broken(`UPDATE ${table} SET ${key} = 7000 WHERE ${key} = ${first}`);
    expect(moved).toEqual(is(`^${table}: ${row} ${first} is gone$`));
    expect(moved.length).toBeGreaterThan(1);
  });

  it('sync_runs: a run that another program added, and runs that it took away', () => {
    const columns = 'trigger, source, scope, started_at, finished_at, status, attempts, error_code';
    const copy = (seal: string) =>
      `INSERT INTO sync_runs (${columns}, seal) SELECT ${columns}, ${seal} FROM sync_runs WHERE id = 7`;
    expect(broken(copy('NULL'))).toEqual(['sync_runs: run 9 was added by another program']);
    expect(broken(copy('seal'))).toEqual(['sync_runs: run 9 is not as it was written']);
    expect(broken('DELETE FROM sync_runs WHERE id IN (3, 4)')).toEqual(['sync_runs: the runs 3 to 4 are gone']);
    expect(broken('DELETE FROM sync_runs WHERE id = 7')).toEqual(['sync_runs: run 7 is gone']);
  });
});

/** Opens a copy of the whole file for a run, after another program has done something to it. */
async function opened(name: string, sql: string): Promise<Ledger> {
  const db = join(folder, name);
  copyFileSync(whole, db);
  new Database(db).exec(sql).close();
  return await openForRecording(db);
}

describe('a seal that is broken', () => {
  const SPOIL = "UPDATE sync_runs SET started_at = '2026-03-01T00:30:00.000Z' WHERE id = 2";
  const FOUND = ['sync_runs: run 2 is not as it was written'];

  it('stays so whatever is recorded later, until rebuild takes the row as it is and says so', async () => {
    const ledger = await opened('spoilt.db', SPOIL);
    record(ledger, snapshot(hour(10), list(21, '3')));
    record(ledger, snapshot(hour(0.5), list(40, '9')));
    compact(ledger);
    expect((await verify(ledger)).problems).toEqual(FOUND);
    expect(await rebuild(ledger)).toEqual(FOUND);
    expect((await verify(ledger)).problems).toEqual([]);
    expect(await rebuild(ledger)).toEqual([]);
    ledger.close();
  });

  it('is told of by what mends the clock too, whose own changes are none', async () => {
    const ledger = await opened('ahead.db', SPOIL);
    record(ledger, snapshot('2031-01-01T00:00:00.000Z', list(22, '3'), { finishedAt: hour(11), startedAt: hour(11) }));
    const now = new Date(hour(12));
    const run = { id: 9, trigger: 'manual', source: '', status: 'changed', finishedAt: hour(11) };
    const signal = new AbortController().signal;
    const { taken } = await mendClock(ledger, [{ ...run, observedAt: '2031-01-01T00:00:00.000Z' }], now, signal);
    expect(taken).toEqual(FOUND);
    expect((await verify(ledger)).problems).toEqual([]);
    ledger.close();
  });
});
