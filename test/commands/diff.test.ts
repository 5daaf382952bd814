import { expect, test } from 'vitest';
import { define } from '../../src/commands/diff/diff.ts';
import { snapshot } from '../ledger/snapshots.ts';
import { jsonLines } from '../program/program.ts';
import { ask, LISTS, ledgerWith, smallLedger } from './asking.ts';

const KNOWN = 'The ledger knows the lists from 2026-01-01 00:00 UTC to 2026-01-20 00:00 UTC.';

const diff = async (args: readonly string[], options = {}) =>
  ask(define, [...args, '--db', await smallLedger()], options);

test('is net of what came and went: a price that is back and a model that is back at it are not told', async () => {
  expect(await diff(['2026-01-02', '2026-01-15'])).toEqual({
    code: 0,
    stderr: '',
    stdout: `2026-01-02 00:00 UTC -> 2026-01-15 00:00 UTC  1 added, 1 repriced, 1 with other limits
  as observed 2026-01-01 00:00 UTC and 2026-01-10 12:00 UTC
  + bob/night  $4.00 in, $4.00 out /M, 8k context
  $ ann/two  prompt  $5.00 -> $4.00 /M  ▼ -20 %
  # bob/free:free  context_length  8k -> 4k  ▼ -50 %
`,
  });
});

test('a model that is gone is removed, one that is back is restored', async () => {
  expect(
    (await diff(['2026-01-02', '2026-01-05'])).stdout,
  ).toBe(`2026-01-02 00:00 UTC -> 2026-01-05 00:00 UTC  1 added, 1 removed
  as observed 2026-01-01 00:00 UTC and 2026-01-04 00:00 UTC
  + bob/night  $4.00 in, $4.00 out /M, 8k context
  - ann/two  removed; was $5.00 in, $8.00 out /M, 1M context
`);
  expect((await diff(['2026-01-05', '2026-01-11', '--model', 'ann/*'])).stdout).toBe(
    `2026-01-05 00:00 UTC -> 2026-01-11 00:00 UTC  1 returned
  as observed 2026-01-04 00:00 UTC and 2026-01-10 12:00 UTC
  + ann/two  back: $4.00 in, $8.00 out /M, 1M context
`,
  );
});

test('a terminal too narrow for a line breaks it between its parts', async () => {
  const { stdout } = await diff(['2026-01-02', '2026-01-05'], { columns: 44, env: { NO_COLOR: '1' } });
  expect(stdout).toBe(`2026-01-02 00:00 UTC -> 2026-01-05 00:00 UTC
  1 added, 1 removed
  as observed 2026-01-01 00:00 UTC and
    2026-01-04 00:00 UTC
  + bob/night
    $4.00 in, $4.00 out /M, 8k context
  - ann/two
    removed; was $5.00 in, $8.00 out /M, 1M
      context
`);
});

test('what is no news is told with --all, one object a line', async () => {
  const { stdout } = await diff(['2026-01-05', '2026-01-11', '--all', '--json', '--author', 'bob']);
  const none = { prompt: null, completion: null, contextLength: null, verdict: null };
  expect(jsonLines(stdout)).toEqual([
    {
      ...{ model: 'bob/free:free', type: 'updated', field: 'pricing.request', before: null, after: '0' },
      ...{ cause: 'zero', changePct: null, ...none },
    },
    {
      ...{ model: 'bob/free:free', type: 'limits_changed', field: 'context_length', before: '8000', after: '4000' },
      ...{ cause: null, changePct: null, ...none },
    },
  ]);
});

test('nothing says so', async () => {
  expect(await diff(['2026-01-05', '2026-01-06'])).toEqual({
    ...{ code: 0, stdout: '' },
    stderr: `No list was observed in between: both instants have that of 2026-01-04 00:00 UTC. ${KNOWN}\n`,
  });
  expect((await diff(['2026-01-04', '2026-01-10T12:00Z', '--model', 'cat/*'])).stderr).toBe(
    `No model was ever called cat/*.\nNothing differs between the lists of 2026-01-04 00:00 UTC and 2026-01-10 12:00 UTC. ${KNOWN}\n`,
  );
});

test('a month in which the ledger begins counts from there', async () => {
  const db = await ledgerWith(LISTS.slice(1).map(([at, models]) => snapshot(at, models)));
  expect(await ask(define, ['2026-01', '2026-01-15', '--type', 'added,restored', '--db', db])).toEqual({
    code: 0,
    stderr: 'The ledger begins 2026-01-03 06:30 UTC, within the time asked for; that is what is compared.\n',
    stdout: `2026-01-03 06:30 UTC -> 2026-01-15 00:00 UTC  1 added
  as observed 2026-01-03 06:30 UTC and 2026-01-10 12:00 UTC
  + ann/two  $4.00 in, $8.00 out /M, 1M context
`,
  });
});

test('what is before the first list, or the wrong way round, is wrong usage', async () => {
  expect(await diff(['2025-12-01', '2026-01-06'])).toEqual({
    ...{ code: 2, stdout: '' },
    stderr:
      'Nothing is known of 2025-12-01 00:00 UTC. Ask for a later time. The ledger knows the lists from 2026-01-01 00:00 UTC to 2026-01-20 00:00 UTC.\n',
  });
  expect((await diff(['2026-01-06', '2026-01-05'])).stderr).toBe(
    '2026-01-06 00:00 UTC is not before 2026-01-05 00:00 UTC. Put the earlier instant first.\n',
  );
});
