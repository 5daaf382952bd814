import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { define } from '../../src/commands/cost/cost.ts';
import { documentOf } from '../core/documents.ts';
import { newFolder } from '../ledger/ledgers.ts';
import { snapshot } from '../ledger/snapshots.ts';
import { ask, ledgerWith, smallLedger } from './asking.ts';

const cost = async (args: readonly string[], options = {}) =>
  ask(define, [...args, '--db', await smallLedger()], options);

describe('one model', () => {
  test('each line of the bill, with the condition that applies', async () => {
    const args = ['--prompt-tokens', '127k', '--cache-read-tokens', '2000', '--completion-tokens', '1_500'];
    expect(await cost(['ann/two', ...args])).toEqual({
      code: 0,
      stderr: '',
      // 127,000 x 0.00001 + 2,000 x 0.0000001 + 1,500 x 0.00002
      stdout: `ann/two  now, prices as observed 2026-01-20 00:00 UTC
                  quantity      price                                USD
prompt             127,000  $10.00 /M  above 128k prompt tokens    $1.27
input_cache_read     2,000   $0.10 /M                            $0.0002
completion           1,500  $20.00 /M  above 128k prompt tokens    $0.03
total                                                            $1.3002
The whole prompt is 129,000 tokens.
`,
    });
  });

  test('a tier begins strictly above its threshold', async () => {
    const total = async (tokens: string): Promise<string> =>
      JSON.parse((await cost(['ann/two', '--prompt-tokens', tokens, '--json'])).stdout).total;
    expect([await total('128000'), await total('128001')]).toEqual(['0.512', '1.28001']);
  });

  test('at the prices of an instant, and by its hour: a window that wraps midnight', async () => {
    const total = async (at: string): Promise<string> =>
      JSON.parse((await cost(['bob/night', '--prompt-tokens', '1000', '--at', at, '--json'])).stdout).total;
    expect(
      await Promise.all(
        ['2026-01-04T21:59Z', '2026-01-04T22:00Z', '2026-01-05T05:59Z', '2026-01-05T06:00Z'].map(total),
      ),
    ).toEqual([...['0.004', '0.002', '0.002', '0.004']]);
  });

  test('where a window and a tier both apply, the later entry of upstream wins', async () => {
    const { stdout } = await cost([
      'bob/night',
      '--prompt-tokens',
      '20k',
      '--completion-tokens',
      '1k',
      '--at',
      '2026-01-05T01:00Z',
      '--json',
    ]);
    expect(
      JSON.parse(stdout).lines.map(({ condition, amount }: Record<string, string>) => [condition, amount]),
    ).toEqual([
      ['min_prompt_tokens=10000', '0.06'],
      ['utc_end=600,utc_start=2200', '0.002'],
    ]);
  });

  test('what has no price is marked, the total is not known, and the exit code says so', async () => {
    const asked = await cost(['ann/one', '--prompt-tokens', '1000', '--images', '2']);
    expect(asked).toEqual({
      code: 1,
      stderr: '',
      stdout: `ann/one  now, prices as observed 2026-01-20 00:00 UTC
        quantity     price                    USD
prompt     1,000  $1.00 /M                 $0.001
image          2               no price is listed
total                                   not known
The lines with a price come to $0.001.
`,
    });
  });

  test('a price that is decided per request is never a number', async () => {
    const { code, stdout } = await cost(['zed/router', '--prompt-tokens', '1000', '--json']);
    expect([code, JSON.parse(stdout)]).toMatchObject([
      1,
      { total: null, subtotal: '0', lines: [{ problem: 'dynamic', amount: null }] },
    ]);
  });

  test('a model that was not listed then is an error', async () => {
    expect(await cost(['ann/two', '--prompt-tokens', '1', '--at', '2026-01-05'])).toEqual({
      ...{ code: 2, stdout: '' },
      stderr: 'ann/two was not listed at 2026-01-05 00:00 UTC. model-ledger show ann/two tells when it was.\n',
    });
  });

  test('a price of 23 decimals stays exact', async () => {
    const exact = documentOf('a/b', { pricing: { prompt: '0.00000000123456789012345' } });
    const db = await ledgerWith([snapshot('2026-01-01T00:00:00.000Z', [exact])]);
    const { stdout } = await ask(define, ['a/b', '--prompt-tokens', '123456789', '--json', '--db', db]);
    // 123456789 x 123456789012345, and 23 decimals
    expect(JSON.parse(stdout).total).toBe('0.15241578751714595060205');
  });

  test.each([
    [['--prompt-tokens', '1'], 'No model is named.'],
    [['ann/one'], 'Nothing was used.'],
    [['ann/one', '--prompt-tokens', '1.5'], 'expected a whole number'],
    [['ann/one', '--use', 'discount=1'], 'discount is a fraction of a price'],
    [['nobody/none', '--prompt-tokens', '1'], 'No model "nobody/none" was ever listed.'],
  ])('wrong usage is told: %j', async (args, words) => {
    const { code, stdout, stderr } = await cost(args);
    expect([code, stdout, stderr.includes(words)]).toEqual([2, '', true]);
  });
});

describe('several models', () => {
  test('the cheapest first, what has no bill last, with a word about tokens', async () => {
    expect(
      await cost(['*', '--prompt-tokens', '20k', '--completion-tokens', '1k', '--at', '2026-01-11T12:00Z']),
    ).toEqual({
      code: 0,
      stderr: '',
      stdout: `2026-01-11 12:00 UTC, prices as observed 2026-01-10 12:00 UTC
model                USD  more
bob/free:free      $0.00
ann/one           $0.022
bob/night         $0.064        above 10k prompt tokens
ann/two           $0.088
zed/router     not known        prompt: decided per request; completion: decided per request
These models cut text into tokens differently (Plain, Other): the same text is not the same number of tokens.
`,
    });
  });

  test('a model that was not listed then is a marked line', async () => {
    const { code, stdout } = await cost(['ann/one', 'ann/two', '--prompt-tokens', '10', '--at', '2026-01-05', '--csv']);
    expect([code, stdout]).toEqual([
      0,
      'model,at,component,pricedAs,quantity,unitPrice,condition,amount,problem\r\n' +
        'ann/one,2026-01-05T00:00:00.000Z,prompt,prompt,10,0.000001,,0.00001,\r\n' +
        'ann/two,2026-01-05T00:00:00.000Z,,,,,,,not_listed\r\n',
    ]);
  });

  test('how much more than the cheapest', async () => {
    const { stdout } = await cost(['ann/one', 'ann/two', '--prompt-tokens', '1000']);
    expect(stdout).toBe(`now, prices as observed 2026-01-20 00:00 UTC
model       USD    more
ann/one  $0.001
ann/two  $0.004  +300 %
`);
  });
});

const LOG = `model,time,prompt_tokens,completion_tokens
ann/one,2026-01-02T10:00:00Z,1000,100
ann/one,2026-01-03T10:00:00Z,1000,100
"ann/two",2026-01-02 10:00,130000,0
ann/two,2026-01-05,5,0
zed/router,2026-01-02,7,0
`;

describe('a usage log', () => {
  test('is billed at the prices then in force; what cannot be is marked, never a zero', async () => {
    expect(await cost(['--log', '-'], { stdin: LOG })).toEqual({
      code: 1,
      stderr: '',
      // ann/one: 0.0012 + 0.0006; ann/two: 130,000 x 0.00001
      stdout: `5 requests, 2026-01-02 to 2026-01-05, at the prices then in force
model       requests  tokens in  out               USD
ann/two            2    130,005    0    at least $1.30  was not listed in 1 of them
ann/one            2      2,000  200           $0.0018
zed/router         1          7    0         not known  prompt: decided per request
total              5                  at least $1.3018
`,
    });
  });

  test('at today’s prices', async () => {
    const path = join(newFolder(), 'log.jsonl');
    writeFileSync(
      path,
      [
        { model: 'ann/one', time: '2026-01-03T10:00:00Z', usage: { prompt_tokens: 1000, total_tokens: 1000 } },
        { model: 'ann/two', time: 1_767_348_000, promptTokens: 10, completionTokens: 0 },
      ]
        .map((line) => `${JSON.stringify(line)}\n`)
        .join(''),
    );
    const { code, stdout } = await cost(['--log', path, '--at', 'now', '--json']);
    expect([code, JSON.parse(stdout)]).toEqual([
      0,
      {
        ...{ at: 'now', requests: 2, from: '2026-01-02T10:00:00.000Z', to: '2026-01-03T10:00:00.000Z' },
        ...{ total: '0.00104', subtotal: '0.00104' },
        models: [
          { ...total('ann/one', '0.001'), promptTokens: 1000 },
          { ...total('ann/two', '0.00004'), promptTokens: 10 },
        ],
      },
    ]);
  });

  test('a column that looks like a quantity and is not known is an error, unless it is left out on purpose', async () => {
    const stdin = '{"model":"ann/one","time":"2026-01-02","prompt_tokens":1,"cached_tokens":5}';
    const { code, stderr } = await cost(['--log', '-'], { stdin });
    expect([code, stderr.split('. ')[0]]).toEqual([
      2,
      'Line 1 of the log has "cached_tokens", which is no quantity known here',
    ]);
    expect((await cost(['--log', '-', '--ignore', 'cached_tokens'], { stdin })).code).toBe(0);
  });

  test('an entry without a time needs --at', async () => {
    const stdin = '{"model":"ann/one","prompt_tokens":1}';
    expect((await cost(['--log', '-'], { stdin })).stderr).toBe(
      'Line 1 of the log has no time. Give every line a time, or one to all with --at.\n',
    );
    expect((await cost(['--log', '-', '--at', 'now', '--csv'], { stdin })).stdout).toBe(
      'model,requests,promptTokens,completionTokens,total,subtotal,problems,skipped\r\nann/one,1,1,0,0.000001,0.000001,[],[]\r\n',
    );
  });
});

function total(model: string, amount: string) {
  return { model, requests: 1, completionTokens: 0, total: amount, subtotal: amount, problems: [], skipped: [] };
}

test('an entry with a condition that nobody knows is skipped and named, and the bill has its total', async () => {
  const overrides = [
    { moon: ['full'], prompt: '9' },
    { utc_days: ['saturday'], prompt: '0.000002' },
  ];
  const model = documentOf('a/moon', { pricing: { prompt: '0.000001', overrides } });
  const db = await ledgerWith([snapshot('2026-09-14T00:00:00.000Z', [model])]);
  const of = (...args: string[]) => ask(define, [...args, '--db', db]);
  // Saturday the 19th of September.
  const { code, stdout } = await of('a/moon', '--prompt-tokens', '1M', '--at', '2026-09-19T12:00Z');
  expect([code, stdout]).toEqual([0, expect.stringContaining('Sat UTC')]);
  expect(stdout).toContain('$2.00');
  expect(stdout).toContain('Skipped, for nobody here knows when it holds: the price under moon=["full"].');
  const log = join(newFolder(), 'log.jsonl');
  writeFileSync(log, '{"model":"a/moon","time":"2026-09-14T12:00:00Z","prompt_tokens":1000000}\n');
  const billed = await of('--log', log, '--json');
  expect([billed.code, JSON.parse(billed.stdout)]).toMatchObject([
    0,
    { total: '1', models: [{ model: 'a/moon', problems: [], skipped: ['moon=["full"]'] }] },
  ]);
});
