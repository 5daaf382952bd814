import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { define as changes } from '../../src/commands/changes/changes.ts';
import { define as cost } from '../../src/commands/cost/cost.ts';
import { define as diff } from '../../src/commands/diff/diff.ts';
import { define as prices } from '../../src/commands/prices/prices.ts';
import type { Define } from '../../src/commands/shared/command.ts';
import { define as show } from '../../src/commands/show/show.ts';
import { define as status } from '../../src/commands/status/status.ts';
import { define as verify } from '../../src/commands/verify.ts';
import { writeMessage } from '../../src/core/notification/message.ts';
import { FORMATS } from '../../src/core/notification/messageFormats.ts';
import { writeMetrics } from '../../src/core/notification/metrics.ts';
import { newsOf } from '../../src/core/notification/news.ts';
import { readMetrics } from '../../src/ledger/queries/metrics.ts';
import { recentChanges } from '../../src/ledger/queries/recentChanges.ts';
import type { Recorded } from '../../src/ledger/record/record.ts';
import { writeFeeds } from '../../src/notify/feed.ts';
import { newLedger } from '../ledger/ledgers.ts';
import { snapshot } from '../ledger/snapshots.ts';
import { record } from '../ledgers.ts';
import { COUNT, entriesOf, oddList } from '../oddEntries.ts';
import { ask } from './asking.ts';

const AT = ['2026-01-01T00:00:00.000Z', '2026-01-02T00:00:00.000Z', '2026-01-03T00:00:00.000Z'] as const;
const FORMS = [[], ['--json'], ['--csv']];

describe('whatever JSON stands wherever in an entry', () => {
  test('every command answers, and everyone is told, in every form', async () => {
    const seed = 20_260_101;
    const bodies = fc.sample(oddList, { numRuns: AT.length, seed }).map(entriesOf);
    const ledger = await newLedger();
    const recorded: Recorded[] = [];
    for (const [i, at] of AT.entries()) {
      recorded.push(record(ledger, snapshot(at, bodies[i] ?? [])));
    }
    expect(recorded.map(({ status: outcome }) => outcome)).toEqual(['changed', 'changed', 'changed']);
    const questions: (readonly [Define, readonly string[]])[] = [
      ...FORMS.flatMap((form): (readonly [Define, readonly string[]])[] => [
        [changes, ['--all', '--limit', '99999', ...form]],
        [diff, ['2026-01-01', '2026-01-03', '--all', '--limit', '99999', ...form]],
        [prices, form],
        [prices, ['--at', '2026-01-02', ...form]],
      ]),
      [status, []],
      [status, ['--json']],
      [verify, ['--json']],
      ...Array.from({ length: COUNT }, (_, i) => i).flatMap((i): (readonly [Define, readonly string[]])[] => [
        [show, [`odd/m${i}`, ...(FORMS[i % 3] ?? [])]],
        [show, [`odd/m${i}`, '--at', '2026-01-02', ...(FORMS[(i + 1) % 3] ?? [])]],
        [cost, [`odd/m${i}`, '--prompt-tokens', '5000', '--completion-tokens', '10', ...(FORMS[i % 3] ?? [])]],
      ]),
    ];
    for (const [define, args] of questions) {
      for (const columns of args.includes('--json') || args.includes('--csv') ? [undefined] : [undefined, 100]) {
        const asked = await ask(define, ['--db', ledger.file, ...args], columns === undefined ? {} : { columns });
        // A bill without a total is an answer with 1.
        const code = define === cost && asked.code === 1 ? 0 : asked.code;
        expect([args, code, asked.stdout === '' ? asked.stderr : '']).toEqual([args, 0, '']);
      }
    }
    const feeds = writeFeeds(recentChanges(ledger, { runs: 200, limit: 1000 }), undefined);
    expect([feeds.atom.length > 10_000, JSON.parse(feeds.json).items.length > COUNT]).toEqual([true, true]);
    expect(writeMetrics(readMetrics(ledger))).toContain('model_ledger_models_listed');
    for (const outcome of recorded.slice(1)) {
      if (outcome.status !== 'changed') throw new TypeError(outcome.status);
      const { runId: run, observedAt, models } = outcome;
      const about = { source: 'file:x', scope: 'all', previousScope: 'all', previousObservedAt: AT[0], models: COUNT };
      const news = newsOf(
        { ...about, run, observedAt, changes: models },
        { types: null, models: null, minPct: 0, noise: true, otherProvider: true },
      );
      if (news === undefined) throw new TypeError('there are news');
      for (const format of FORMATS) expect(writeMessage(format, news).length).toBeGreaterThan(100);
    }
  });
});
