import { statSync } from 'node:fs';
import { expect, test } from 'vitest';
import { define } from '../../src/commands/status/status.ts';
import { bytesWords } from '../../src/core/format/units.ts';
import { recordFailure } from '../../src/ledger/record/runs.ts';
import { openForWriting } from '../../src/ledger/store/open.ts';
import { documentOf } from '../core/documents.ts';
import { hour, snapshot } from '../ledger/snapshots.ts';
import { ask, ledgerWith } from './asking.ts';

const list = (from: number, to: number): Record<string, unknown>[] =>
  Array.from({ length: to - from }, (_, index) => documentOf(`a/m${from + index}`));
const broken = { id: 'a/broken', pricing: { prompt: 'free' } };
const LISTS = [
  snapshot(hour(0), list(0, 40)),
  snapshot(hour(6), list(0, 41)),
  snapshot(hour(12), [...list(0, 41), broken]),
];

test('a record that is kept', async () => {
  const db = await ledgerWith(LISTS.slice(0, 2));
  const file = bytesWords(statSync(db).size);
  const { code, stdout, stderr } = await ask(define, ['--db', db], { now: hour(7) });
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout.split('\n').map((line) => line.replace(/archive .*/, '(parts)'))).toEqual([
    'last good run  2026-03-01 06:00 UTC, 1 h ago (run 2, changed, 41 models)',
    'next expected  not known: too few runs to tell their rhythm',
    'kept           2 runs since 2026-03-01 00:00 UTC; 41 models listed, 41 ever seen',
    `file           ${db}: ${file}, its growth is not known yet`,
    '               (parts)',
    'held           nothing',
    'quarantined    nothing',
    'failures       none',
    'format drift   none',
    '',
  ]);
});

test('a record in trouble says what, why and what to do', async () => {
  const db = await ledgerWith([...LISTS, snapshot(hour(18), list(0, 20)), snapshot(hour(19), '<html>')]);
  const ledger = await openForWriting(db);
  const { body: _, observedAt: _at, isAccepted: _isAccepted, ...attempt } = snapshot(hour(20), '');
  recordFailure(ledger, attempt, { code: 'unreachable', message: 'no answer' });
  ledger.close();
  const { stdout } = await ask(define, ['--db', db], { now: hour(24 * 3) });
  const lines = stdout.split('\n').filter((line) => !/^(?:file| +archive)/.test(line));
  expect(lines).toEqual([
    'last good run  2026-03-01 12:00 UTC, 2 d 12 h ago (run 3, unchanged, 42 models)',
    'next expected  2 d 6 h overdue, since 2026-03-01 18:00 UTC (lists came every 6 h)',
    'kept           6 runs since 2026-03-01 00:00 UTC; 41 models listed, 41 ever seen',
    'held           2026-03-01 18:00 UTC run 4: 21 of 41 listed models are missing from the answer',
    '               The same in three answers is believed. To believe it now: model-ledger sync --accept',
    'quarantined    a/broken: pricing.prompt: not a decimal amount: "free"',
    'failures       2026-03-01 20:00 UTC run 6 failed: no answer',
    '               2026-03-01 19:00 UTC run 5 rejected: Upstream answered with a page of HTML or XML, not with a model list.',
    '               2026-03-01 18:00 UTC run 4 held: 21 of 41 listed models are missing from the answer',
    'format drift   none',
    '',
  ]);
});

test('of an import, the age is that of the run and the list has its own date', async () => {
  const db = await ledgerWith([snapshot(hour(0), list(0, 40), { trigger: 'import', finishedAt: hour(240) })]);
  const { stdout } = await ask(define, ['--db', db, '--max-age', '2 weeks'], { now: hour(241) });
  expect(stdout.split('\n')[0]).toBe(
    'last good run  the list of 2026-03-01 00:00 UTC, recorded 1 h ago (run 1, changed, 40 models)',
  );
});

test('--max-age fails when the last good run is older, and only then', async () => {
  const db = await ledgerWith(LISTS);
  expect((await ask(define, ['--db', db, '--max-age', '3h'], { now: hour(15) })).code).toBe(0);
  const late = await ask(define, ['--db', db, '--max-age', '3h', '--json'], { now: hour(15.5) });
  expect([late.code, JSON.parse(late.stdout).ok, late.stderr]).toEqual([
    ...[1, false, 'The last good run is 3 h 30 min old; at most 3 h was asked for.\n'],
  ]);
});

test('a ledger without a good run is never young enough', async () => {
  const db = await ledgerWith([snapshot(hour(0), '<html>')]);
  const asked = await ask(define, ['--db', db, '--max-age', '52w'], { now: hour(1) });
  expect([asked.code, asked.stdout.split('\n')[0], asked.stderr]).toEqual([
    ...[
      1,
      'last good run  There is no list yet: model-ledger sync fetches one.',
      'There is no good run; at most 364 d was asked for.\n',
    ],
  ]);
});

test('as JSON, with the parts of the file told apart', async () => {
  const db = await ledgerWith([...LISTS, snapshot(hour(24 * 4), list(0, 42))]);
  const { stdout } = await ask(define, ['--db', db, '--json'], { now: hour(24 * 4 + 1) });
  const { size, sweep, ...status } = JSON.parse(stdout);
  expect(sweep).toBe(null);
  const last = {
    ...{
      run: 4,
      trigger: 'manual',
      status: 'changed',
      startedAt: hour(96),
      finishedAt: hour(96),
      observedAt: hour(96),
    },
    ...{ modelCount: 42, errorCode: null, errorMessage: null },
  };
  expect(status).toEqual({
    ...{
      ok: true,
      isAhead: false,
      newestObservedAt: hour(96),
      ageSeconds: 3600,
      everySeconds: 21_600,
      nextExpectedAt: hour(102),
      file: db,
    },
    ...{ lastGood: last, lastRun: last, runs: 4, firstObservedAt: hour(0), modelsListed: 42, modelsKnown: 42 },
    ...{ failures: [], held: [], quarantined: [], drift: [] },
  });
  expect(size.archive + size.tables + size.free).toBe(statSync(db).size);
  expect(size.growthPerMonth).toBeGreaterThan(0);
});
