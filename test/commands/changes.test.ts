import { describe, expect, test } from 'vitest';
import { define } from '../../src/commands/changes/changes.ts';
import { documentOf } from '../core/documents.ts';
import { snapshot } from '../ledger/snapshots.ts';
import { jsonLines } from '../program/program.ts';
import { ask, ledgerWith, smallLedger } from './asking.ts';

const changes = async (args: readonly string[], options = {}) =>
  ask(define, [...args, '--db', await smallLedger()], options);

test('tells by day, run and model, newest first, without the first run and what is no news', async () => {
  expect(await changes([])).toEqual({
    code: 0,
    stderr: '',
    stdout: `Since 2026-01-03: 1 added, 1 removed, 1 returned, 2 repriced, median -20 %, 1 with other limits, 1 updated

2026-01-20
00:00 UTC  run 5
  . ann/one  supported_parameters  +tools

2026-01-10
12:00 UTC  run 4
  + ann/two  back after 7 d 5 h: $4.00 in, $8.00 out /M, 1M context
    prompt  $5.00 -> $4.00 /M  ▼ -20 %
  # bob/free:free  context_length  8k -> 4k  ▼ -50 %

2026-01-04
00:00 UTC  run 3
  $ ann/one
    prompt      $0.50 -> $1.00 /M  ▲ +100 %
    completion  $1.00 -> $2.00 /M  ▲ +100 %

2026-01-03
06:30 UTC  run 2
  $ ann/one
    prompt      $1.00 -> $0.50 /M  ▼ -50 %
    completion  $2.00 -> $1.00 /M  ▼ -50 %
  + bob/night  $4.00 in, $4.00 out /M, 8k context
  - ann/two  removed after at least 2 d 6 h; was $5.00 in, $8.00 out /M, 1M context

+ added or back   - removed   $ repriced   # other limits   . anything else
`,
  });
});

test('what is no news is told when it is asked for, with its cause', async () => {
  const { stdout } = await changes(['--noise', '--since', '2026-01-10', '--until', '2026-01-10', '--author', 'BOB']);
  expect(stdout).toBe(`1 day: 1 with other limits, 1 updated

2026-01-10
12:00 UTC  run 4
  # bob/free:free
    request         none -> $0.00 /request  (zero)
    context_length  8k -> 4k  ▼ -50 %

# other limits
`);
});

test('the first run is told with --all', async () => {
  const { stdout } = await changes(['--all', '--until', '2026-01-01']);
  expect(stdout).toBe(`Since 2026-01-01: 4 added

2026-01-01
00:00 UTC  run 1  the first look
  + ann/one  $1.00 in, $2.00 out /M, 8k context
  + ann/two  $5.00 in, $8.00 out /M, 1M context
  + bob/free:free  free, 8k context
  + zed/router  price decided per request

+ added or back
`);
});

test('tiers and windows are named in words', async () => {
  const tiered = (prompt: string) =>
    documentOf('a/b', {
      pricing: {
        prompt: '0.000001',
        overrides: [
          { min_prompt_tokens: 128_000, prompt },
          { utc_start: 100, utc_end: 400, prompt },
        ],
      },
    });
  const db = await ledgerWith([
    snapshot('2026-01-01T00:00:00.000Z', [tiered('0.000002')]),
    snapshot('2026-01-02T00:00:00.000Z', [tiered('0.000003')]),
  ]);
  expect((await ask(define, ['--db', db])).stdout).toBe(`Since 2026-01-02: 1 repriced, median +50 %

2026-01-02
00:00 UTC  run 2
  $ a/b
    prompt above 128k prompt tokens  $2.00 -> $3.00 /M  ▲ +50 %
    prompt 01:00-04:00 UTC           $2.00 -> $3.00 /M  ▲ +50 %

$ repriced
`);
});

test('models of a run that moved alike share a line, and all are named or counted', async () => {
  const list = (at: string, prompt: string, parameters: (index: number) => string[]) =>
    snapshot(
      at,
      Array.from({ length: 17 }, (_, index) =>
        documentOf(`a/m${index}`, {
          pricing: { prompt: index < 3 ? prompt : '0.000001', completion: index < 3 ? prompt : '0.000001' },
          supported_parameters: parameters(index),
        }),
      ),
    );
  const db = await ledgerWith([
    list('2026-01-01T00:00:00.000Z', '0.000001', (index) => [`own${index}`]),
    list('2026-01-02T00:00:00.000Z', '0.000002', (index) => (index < 3 ? [`own${index}`] : [`own${index}`, 'tools'])),
  ]);
  const { stdout } = await ask(define, ['--db', db], { columns: 60, env: { NO_COLOR: '1' } });
  expect(stdout).toBe(`Since 2026-01-02: 3 repriced, median +100 %, 14 updated

2026-01-02
00:00 UTC  run 2
  $ 3 models
    prompt      $1.00 -> $2.00 /M  ▲ +100 %
    completion  $1.00 -> $2.00 /M  ▲ +100 %
    a/m0, a/m1, a/m2
  . 14 models  supported_parameters  +tools
    a/m3, a/m4, a/m5, a/m6, a/m7, a/m8, a/m9, a/m10, a/m11,
      a/m12, a/m13, a/m14, and 2 more

$ repriced   . anything else
`);
});

test('the summary counts all that fits, also what the limit leaves out', async () => {
  const { stdout } = await changes(['--since', '30d', '--limit', '1']);
  expect(stdout.split('\n')[0]).toBe(
    '30 days: 1 added, 1 removed, 1 returned, 2 repriced, median -20 %, 1 with other limits, 1 updated (lists of 2026-01-01 to 2026-01-20)',
  );
  expect((await changes(['--since', '2026-01-20T00:00Z', '--until', '2026-01-20T06:00Z'])).stdout).toContain(
    '6 hours: ',
  );
});

describe('the prices that moved most', () => {
  test('net of what came back, by percent', async () => {
    expect(await changes(['--top'])).toEqual({
      code: 0,
      stderr: '',
      stdout: `model    price       then       now   change  last moved
ann/two  prompt  $5.00 /M  $4.00 /M  ▼ -20 %  2026-01-10
Then and now: before the first move of the period and after the last.
`,
    });
    expect((await changes(['--top', '--until', '2026-01-03', '--csv'])).stdout).toBe(
      'model,component,condition,priceThen,priceNow,changePct,moves,firstMoveAt,lastMoveAt\r\n' +
        'ann/one,prompt,,0.000001,0.0000005,-50,1,2026-01-03T06:30:00.000Z,2026-01-03T06:30:00.000Z\r\n' +
        'ann/one,completion,,0.000002,0.000001,-50,1,2026-01-03T06:30:00.000Z,2026-01-03T06:30:00.000Z\r\n',
    );
  });

  test('as far as the limit goes, and none where none moved', async () => {
    expect((await changes(['--top', '--until', '2026-01-03', '--limit', '1'])).stderr).toBe(
      'The 1 largest of 2 moves; --limit N shows more.\n',
    );
    expect(await changes(['--top', '--since', '2026-01-20'])).toEqual({
      ...{ code: 0, stdout: '' },
      stderr: 'No price moved then. The ledger knows the lists from 2026-01-01 00:00 UTC to 2026-01-20 00:00 UTC.\n',
    });
  });
});

test('as JSON, one object a line with every key', async () => {
  const { stdout } = await changes(['--json', '--type', 'removed,repriced', '--until', '2026-01-03', '--limit', '3']);
  expect(jsonLines(stdout)).toEqual([
    ...['pricing.prompt', 'pricing.completion'].map((field) => ({
      ...{ observedAt: '2026-01-03T06:30:00.000Z', previousObservedAt: '2026-01-01T00:00:00.000Z', run: 2 },
      ...{ model: 'ann/one', type: 'repriced', field, cause: null, changePct: -50, since: null, verdict: null },
      ...{ before: field === 'pricing.prompt' ? '0.000001' : '0.000002' },
      ...{ after: field === 'pricing.prompt' ? '0.0000005' : '0.000001' },
      ...{ prompt: null, completion: null, contextLength: null },
    })),
    {
      ...{ observedAt: '2026-01-03T06:30:00.000Z', previousObservedAt: '2026-01-01T00:00:00.000Z', run: 2 },
      ...{ model: 'ann/two', type: 'removed', field: null, before: null, after: null, cause: null, changePct: null },
      ...{
        prompt: '0.000005',
        completion: '0.000008',
        contextLength: 1_000_000,
        since: '2026-01-01T00:00:00.000Z',
        verdict: null,
      },
    },
  ]);
});

test('as CSV, with a line of titles', async () => {
  const { stdout } = await changes(['--csv', '--field', 'context_length']);
  expect(stdout).toBe(
    'observedAt,previousObservedAt,run,model,type,field,before,after,cause,changePct,prompt,completion,contextLength,since,verdict\r\n' +
      '2026-01-10T12:00:00.000Z,2026-01-04T00:00:00.000Z,4,bob/free:free,limits_changed,context_length,8000,4000,,,,,,,\r\n',
  );
});

const models = async (args: readonly string[]): Promise<string[]> => {
  const { stdout } = await changes([...args, '--json', '--all']);
  return [...new Set(jsonLines(stdout).map(({ model }) => String(model)))].sort();
};

test('a glob picks models, and one without a slash picks by the part behind it', async () => {
  expect(await models(['--model', 'ann/*'])).toEqual(['ann/one', 'ann/two']);
  expect(await models(['--model', '*:free'])).toEqual(['bob/free:free']);
  expect(await models(['--model', 'one'])).toEqual(['ann/one']);
  expect(await models(['--model', 'ANN/ONE'])).toEqual(['ann/one']);
});

test('fields are picked with or without pricing. and their condition', async () => {
  const fields = async (glob: string): Promise<string[]> => {
    const { stdout } = await changes(['--json', '--field', glob]);
    return [...new Set(jsonLines(stdout).map(({ field }) => String(field)))];
  };
  expect(await fields('prompt')).toEqual(['pricing.prompt']);
  expect(await fields('pricing.*')).toEqual(['pricing.prompt', 'pricing.completion']);
  expect(await fields('context*')).toEqual(['context_length']);
});

test('small moves are left out by --min-percent', async () => {
  const { stdout } = await changes(['--json', '--min-percent', '50']);
  expect(jsonLines(stdout).map(({ changePct }) => changePct)).toEqual([100, 100, -50, -50]);
});

test('a cut answer says so, and nothing says why', async () => {
  expect((await changes(['--limit', '1'])).stderr).toBe('The newest 1 are shown; --limit N shows more.\n');
  expect(await changes(['--limit', '0'])).toEqual({
    ...{ code: 0, stdout: '', stderr: 'The newest 0 are shown; --limit N shows more.\n' },
  });
  expect(await changes(['--since', '2026-01-01', '--until', '2026-01-01'])).toEqual({
    code: 0,
    stdout: '',
    stderr:
      'No changes fit from 2026-01-01 00:00 UTC up to 2026-01-02 00:00 UTC. 4 that fit are of the first run or no news; --all shows them. ' +
      'The ledger knows the lists from 2026-01-01 00:00 UTC to 2026-01-20 00:00 UTC.\n',
  });
});

test('what upstream wrote cannot act in a terminal', async () => {
  const evil = 'red \u001b[31m and \u202e back';
  const db = await ledgerWith([
    snapshot('2026-01-01T00:00:00.000Z', [documentOf('a/b', { tokenizer: 'x' })]),
    snapshot('2026-01-02T00:00:00.000Z', [documentOf('a/b', { tokenizer: evil })]),
  ]);
  const { stdout } = await ask(define, ['--db', db], { columns: 80, env: { NO_COLOR: '1' } });
  expect(stdout).toBe(`Since 2026-01-02: 1 updated

2026-01-02
00:00 UTC  run 2
  . a/b  tokenizer  x -> red \\u{1b}[31m and \\u{202e} back

. anything else
`);
});

test('without Unicode the direction is still there', async () => {
  const { stdout } = await changes(['--since', '2026-01-04', '--until', '2026-01-04'], { env: { TERM: 'linux' } });
  expect(stdout).toContain('prompt      $0.50 -> $1.00 /M  ^ +100 %');
});

test.each([
  ['--type', 'gone'],
  ['--min-percent', 'much'],
  ['--since', 'soon'],
  ['--limit', '-1'],
  ['--json', '--csv'],
])('wrong usage is an error: %s %s', async (...args) => {
  expect((await changes(args)).code).toBe(2);
});

test('a time that ends before it begins is wrong usage, a field that never changed is told', async () => {
  const changes = async (...args: string[]) => ask(define, [...args, '--db', await smallLedger()]);
  expect(await changes('--since', '2026-01-05', '--until', '2026-01-04')).toEqual({
    ...{ code: 2, stdout: '' },
    stderr: '--since 2026-01-05 is not before the end of --until 2026-01-04. Put the earlier instant first.\n',
  });
  expect(await changes('--field', 'contxt_length')).toEqual({
    ...{ code: 0, stdout: '' },
    stderr: 'No field that fits "contxt_length" ever changed. Did you mean context_length?\n',
  });
  expect((await changes('--field', 'context_length', '--since', '2026-1-15')).stderr).toContain(
    'No changes fit from 2026-01-15 00:00 UTC.',
  );
});
