import { copyFileSync, rmSync, statSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { callsOf, compileFaults, DISK_FULL, hasCompiler, IO_ERROR } from '../program/failing.ts';
import { checksums, type Exit, query, run, touched } from '../program/program.ts';
import { ask, endpointOf, newWorld, problemsOf, sweepAt, T } from './world.ts';

const IDS = Array.from({ length: 70 }, (_, i) => `a/${String(i).padStart(2, '0')}`);
const TABLES = ['endpoints', 'endpoint_prices', 'endpoint_limits', 'endpoint_events', 'endpoint_quarantine'];

const failing = compileFaults();

/** A ledger with one sweep, and an upstream where every model has changed since: more than goes into one turn. */
async function world() {
  const { db, upstream } = await newWorld(IDS);
  for (const id of IDS) upstream.models.set(id, [endpointOf('P', '1'), endpointOf('P', '2')]);
  await sweepAt(db, upstream.url, { at: T(1) });
  for (const id of IDS) upstream.models.set(id, [endpointOf('P', '3'), endpointOf('P', '2'), endpointOf('Q', '1')]);
  copyFileSync(db, `${db}.base`);
  const restore = (): void => {
    for (const name of [`${db}-wal`, `${db}-shm`]) rmSync(name, { force: true });
    copyFileSync(`${db}.base`, db);
  };
  const sweep = async (faults?: Record<string, string>): Promise<Exit & { calls: number }> => {
    const env = { MODEL_LEDGER_NOW: T(2), ...(faults === undefined ? {} : failing(faults)) };
    const exit = await run(['endpoints', 'sync', '--db', db, '--source', upstream.url, '--pause', '0ms'], { env });
    return { ...exit, calls: callsOf(exit) };
  };
  return { db, restore, sweep };
}

const sweeps = (db: string) => ask(db, 'SELECT id, status, finished_at IS NULL, models_answered FROM endpoint_sweeps');

describe.runIf(hasCompiler)(
  'whichever write of a sweep goes wrong, what was recorded is whole and the next one goes on',
  () => {
    const KINDS: readonly (readonly [string, number, Record<string, string>])[] = [
      ['the process is killed there', 4, { FAIL_KILL: '1' }],
      ['the disk is full from there on', 3, { FAIL_ERRNO: DISK_FULL, FAIL_STICKY: '1' }],
      ['the disk fails just then', 2, { FAIL_ERRNO: IO_ERROR }],
    ];
    test.each(KINDS)(
      '%s',
      async (_, points, faults) => {
        const { db, restore, sweep } = await world();
        const before = checksums(db);
        const { calls } = await sweep({});
        const clean = checksums(db);
        expect([calls > 20, sweeps(db)[1]]).toEqual([true, [2, 'complete', 0, 70]]);
        for (let i = 0; i < points; i += 1) {
          const n = 1 + Math.floor((i * calls) / points);
          restore();
          const exit = await sweep({ ...faults, FAIL_AT: String(n) });
          if (exit.code !== 0 && !('FAIL_KILL' in faults)) {
            expect([n, exit.code, exit.stderr]).toEqual([n, 5, expect.stringMatching(/the disk (?:is full|failed)/)]);
            if (exit.stderr.includes('nothing was written'))
              expect([n, touched(before, checksums(db))]).toEqual([n, []]);
          }
          const [, found] = sweeps(db);
          if (found !== undefined && exit.code !== 0)
            expect([n, found.slice(0, 2)]).toEqual([n, [2, found[2] ? 'partial' : 'complete']]);
          expect([n, await problemsOf(db)]).toEqual([n, []]);
          expect([n, (await sweep()).code]).toEqual([n, 0]);
          const now = checksums(db);
          expect([n, TABLES.filter((name) => now[name] !== clean[name])]).toEqual([n, []]);
        }
        expect(query(db, 'PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }]);
      },
      120_000,
    );
  },
);

describe.runIf(hasCompiler)('where the log cannot be moved into the file after a turn', () => {
  test('the sweep succeeds with a warning, in the words of sync', async () => {
    const { db, sweep } = await world();
    const exit = await sweep({ FAIL_NOT: 'ledger.db-', FAIL_AT: '1', FAIL_STICKY: '1', FAIL_ERRNO: DISK_FULL });
    expect([exit.code, exit.stderr]).toEqual([
      0,
      expect.stringMatching(/the disk is full .*\. What was recorded is safe in the log beside it \(.*-wal\)/),
    ]);
    expect([statSync(`${db}-wal`).size > 0, sweeps(db)[1]]).toEqual([true, [2, 'complete', 0, 70]]);
    await sweep();
    expect(statSync(`${db}-wal`).size).toBe(0);
  });
});
