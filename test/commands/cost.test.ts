import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { define } from '../../src/commands/cost/cost.ts';
import { documentOf } from '../core/documents.ts';
import { snapshot } from '../ledger/snapshots.ts';
import { jsonLines, newFolder } from '../program/program.ts';
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
      stderr: 'ann/two was not listed at 2026-01-05 00:00 UTC. Run model-ledger show ann/two to see when it was.\n',
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

describe('many requests alike', () => {
  test('each line of the bill times so many, by the tier of a single request', async () => {
    const args = ['ann/two', '--prompt-tokens', '100k', '--completion-tokens', '10', '--times', '1000'];
    expect(await cost(args)).toEqual({
      code: 0,
      stderr: '',
      stdout: `ann/two  1,000 requests, now, prices as observed 2026-01-20 00:00 UTC
               quantity     price         USD
prompt      100,000,000  $4.00 /M     $400.00
completion       10,000  $8.00 /M       $0.08
total                                 $400.08
One request is $0.40008.
`,
    });
    expect(JSON.parse((await cost([...args, '--json'])).stdout)).toMatchObject({
      ...{
        total: '400.08',
        subtotal: '400.08',
        promptTokens: 100_000,
        times: 1000,
        perRequest: '0.40008',
        perYear: null,
      },
      lines: [
        { component: 'prompt', quantity: 100_000_000, unitPrice: '0.000004', amount: '400', condition: '' },
        { component: 'completion', quantity: 10_000, unitPrice: '0.000008', amount: '0.08', condition: '' },
      ],
    });
    expect((await cost([...args, '--csv'])).stdout.split('\r\n')[1]).toBe(
      'ann/two,,prompt,prompt,100000000,0.000004,,400,',
    );
  });

  test('a month and a year of them, also of several models', async () => {
    expect((await cost(['ann/one', '--prompt-tokens', '1000', '--monthly', '30k'])).stdout).toBe(
      `ann/one  30,000 requests a month, now, prices as observed 2026-01-20 00:00 UTC
          quantity     price        USD
prompt  30,000,000  $1.00 /M     $30.00
total                            $30.00
One request is $0.001, a year of them $360.00.
`,
    );
    expect((await cost(['*', '--prompt-tokens', '1000', '--monthly', '30k'])).stdout).toBe(
      `30,000 requests a month, now, prices as observed 2026-01-20 00:00 UTC
model          a request  USD a month     a year  more
bob/free:free      $0.00        $0.00      $0.00
ann/one           $0.001       $30.00    $360.00
ann/two           $0.004      $120.00  $1,440.00
bob/night         $0.004      $120.00  $1,440.00
zed/router     not known    not known  not known        prompt: decided per request
These models cut text into tokens differently (Plain, Other): the same text is not the same number of tokens.
`,
    );
  });

  test.each([
    [['ann/one', '--prompt-tokens', '1', '--times', '2', '--monthly', '3'], '--times and --monthly both say how many'],
    [['--log', '-', '--times', '2'], 'A log is billed as it is: --times has no meaning with it.'],
    [['--log', '-', '--over', '2026'], 'A log is billed as it is: --over has no meaning with it.'],
  ])('wrong usage is told: %j', async (args, words) => {
    const { code, stdout, stderr } = await cost(args);
    expect([code, stdout, stderr.includes(words)]).toEqual([2, '', true]);
  });
});

describe('through time', () => {
  const args = ['--prompt-tokens', '1000', '--completion-tokens', '500', '--over', '2026-01..now'];

  test('a chart to scale, and a row a change of the total', async () => {
    expect(await cost(['ann/one', ...args, '--times', '1000'], { columns: 60, env: { NO_COLOR: '1' } })).toEqual({
      code: 0,
      stderr: '',
      stdout: `ann/one  USD for 1,000 requests
$2.00 ┤──────┐ ┌────────────────────────────────────────────
      │      │ │
      │      │ │
$1.00 ┤      └─┘
      └┬───────────────────────────────────────────────────┬
       2026-01-01                                 2026-01-20

from                    USD  change
2026-01-01 00:00 UTC  $2.00
2026-01-03 06:30 UTC  $1.00   -50 %
2026-01-04 00:00 UTC  $2.00  +100 %
`,
    });
  });

  test('as records, with the gap in which it was not listed', async () => {
    const { code, stdout } = await cost(['ann/two', ...args, '--csv']);
    expect([code, stdout]).toEqual([
      0,
      'model,from,to,total,changePct,conditions,problem,times,perRequest\r\n' +
        'ann/two,2026-01-01T00:00:00.000Z,2026-01-03T06:30:00.000Z,0.009,,[],,1,0.009\r\n' +
        'ann/two,2026-01-03T06:30:00.000Z,2026-01-10T12:00:00.000Z,,,[],was not listed,1,\r\n' +
        'ann/two,2026-01-10T12:00:00.000Z,,0.008,-11.11111111111111,[],,1,0.008\r\n',
    ]);
    const clipped = await cost(['ann/one', '--prompt-tokens', '1000', '--over', '2026-01-02..2026-01-03', '--json']);
    expect(jsonLines(clipped.stdout)).toEqual([
      {
        ...{ model: 'ann/one', from: '2026-01-02T00:00:00.000Z', to: '2026-01-03T06:30:00.000Z', total: '0.001' },
        ...{ changePct: null, conditions: [], problem: null, times: 1, perRequest: '0.001' },
      },
      {
        ...{ model: 'ann/one', from: '2026-01-03T06:30:00.000Z', to: '2026-01-04T00:00:00.000Z', total: '0.0005' },
        ...{ changePct: -50, conditions: [], problem: null, times: 1, perRequest: '0.0005' },
      },
    ]);
  });

  test('of more models than charts can compare, a row each, the cheapest at the end first', async () => {
    const models = (prices: Readonly<Record<string, string>>) =>
      Object.entries(prices).map(([id, prompt]) => documentOf(id, { pricing: { prompt } }));
    const db = await ledgerWith([
      snapshot('2026-01-01T00:00:00.000Z', models({ 'a/1': '0.5', 'a/2': '2', 'a/3': '3', 'a/4': '4' })),
      snapshot('2026-01-02T00:00:00.000Z', models({ 'a/1': '5', 'a/2': '2', 'a/4': '4', 'a/5': '6' })),
      snapshot('2026-01-03T00:00:00.000Z', models({ 'a/1': '4.5', 'a/2': '2', 'a/3': '3', 'a/5': '-1' })),
    ]);
    const many = ['a/*', 'a/4', '--prompt-tokens', '1', '--over', '2026-01..2026-02', '--db', db];
    expect(await ask(define, many, { now: '2026-02-10T00:00:00.000Z' })).toEqual({
      code: 0,
      stderr: 'Up to 4 models have a chart and a row for each change; --csv has the rows of all.\n',
      stdout: `USD for a request
model  2026-01-01  2026-01-03  change  moves
a/2         $2.00       $2.00
a/3         $3.00       $3.00
a/1         $0.50       $4.50  +800 %      2
a/5         $6.00   not known                 from 2026-01-02; prompt: decided per request
a/4         $4.00   not known                 was not listed
`,
    });
  });

  test('a time window is judged by the hour of --at, which is said', async () => {
    const night = async (at: string) => (await cost(['bob/night', ...args, '--at', at])).stdout.split('\n');
    expect((await night('2026-01-05T23:00Z'))[0]).toBe('bob/night  USD for a request, made at 23:00 UTC');
    expect((await night('2026-01-05T12:00Z'))[0]).toBe('bob/night  USD for a request');
  });

  test('nothing then, and an end before its beginning', async () => {
    expect(await cost(['bob/night', '--prompt-tokens', '1', '--over', '2026-01-01..2026-01-02'])).toEqual({
      code: 1,
      stderr: 'No price is known then. The ledger knows the lists from 2026-01-01 00:00 UTC to 2026-01-20 00:00 UTC.\n',
      stdout: '',
    });
    const ahead = await cost(['ann/one', '--prompt-tokens', '1000', '--over', '2 days'], {
      now: '2026-02-10T00:00:00.000Z',
    });
    expect(ahead.stderr).toBe('The newest list is of 2026-01-20 00:00 UTC; what changed since is not known.\n');
    expect(ahead.stdout).toMatch(/\n +2026-02-08 +2026-02-10\n/);
    expect((await cost(['bob/night', '--prompt-tokens', '1', '--over', '2026-02..2026-01'])).code).toBe(2);
  });
});

test('a model that is listed without any price has no price, and is not said to be gone', async () => {
  const db = await ledgerWith([snapshot('2026-01-01T00:00:00.000Z', [documentOf('ann/none', { pricing: {} })])]);
  const one = await ask(define, ['ann/none', '--prompt-tokens', '1', '--db', db]);
  expect([one.code, one.stdout]).toEqual([1, expect.stringMatching(/^prompt +1 +no price is listed$/m)]);
  const some = await ask(define, ['ann/*', '--prompt-tokens', '1', '--at', '2025-12-01', '--db', db]);
  expect(some.stderr).toBe(
    'No model that fits "ann/*" was listed then. ' + 'The ledger knows one list, of 2026-01-01 00:00 UTC.\n',
  );
  const before = await ask(define, ['ann/none', '--prompt-tokens', '1', '--at', '2025-12-01', '--db', db]);
  expect(before.stderr).toBe(
    'No list had been observed by 2025-12-01 00:00 UTC. ' + 'The ledger knows one list, of 2026-01-01 00:00 UTC.\n',
  );
});

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

  test('a column that looks like a quantity and is not known is told, left out on purpose, or refused', async () => {
    const stdin = '{"model":"ann/one","time":"2026-01-02","prompt_tokens":1,"thinking_tokens":5,"team":"red"}';
    expect(await cost(['--log', '-', '--csv'], { stdin })).toEqual({
      code: 0,
      stderr:
        'Not billed, for no quantity here is called so: thinking_tokens. --ignore says that this is meant, --strict ' +
        'refuses what is not known.\n',
      stdout:
        'model,requests,promptTokens,completionTokens,total,subtotal,problems,skipped\r\nann/one,1,1,0,0.000001,0.000001,[],[]\r\n',
    });
    expect((await cost(['--log', '-', '--ignore', 'thinking_tokens'], { stdin })).stderr).toBe('');
    expect(await cost(['--log', '-', '--strict'], { stdin })).toEqual({
      ...{ code: 2, stdout: '' },
      stderr:
        'Line 1 of the log has "thinking_tokens", which is not known here. Leave it out with --ignore thinking_tokens; ' +
        'docs/cost.md lists the known columns.\n',
    });
  });

  test('what the log counts within another quantity is billed once, by its own price or by that of the whole', async () => {
    const bill = async (model: string) => {
      const usage = {
        ...{ prompt_tokens: 1000, prompt_tokens_details: { cached_tokens: 400 } },
        ...{ completion_tokens: 100, completion_tokens_details: { reasoning_tokens: 60 } },
      };
      const stdin = JSON.stringify({ model, created: 1_768_305_600, usage });
      const { code, stdout } = await cost(['--log', '-', '--json'], { stdin });
      const { total, models } = JSON.parse(stdout);
      return [code, total, models[0].promptTokens, models[0].completionTokens];
    };
    // ann/two: 600 x 0.000004 + 400 x 0.0000001 + 100 x 0.000008; ann/one has no price for what is read from a cache.
    expect(await bill('ann/two')).toEqual([0, '0.00324', 1000, 100]);
    expect(await bill('ann/one')).toEqual([0, '0.0012', 1000, 100]);
  });

  test('a day of activity sums up requests: where a tier may apply to some of them nobody knows what they cost', async () => {
    const day = (model: string, prompt_tokens: number) =>
      JSON.stringify({ date: '2026-01-12', model, model_permaslug: 'x', requests: 1500, prompt_tokens });
    const stdin = [day('ann/one', 200_000), day('ann/two', 100_000), day('ann/two', 200_000)].join('\n');
    const { code, stdout } = await cost(['--log', '-'], { stdin });
    expect([code, stdout]).toEqual([
      1,
      `4,500 requests, 2026-01-12, at the prices then in force
model    requests  tokens in  out             USD
ann/two     3,000    300,000    0  at least $0.40  requests summed up, with a price that depends on the size of each in 1,500 of them
ann/one     1,500    200,000    0           $0.20
total       4,500                  at least $0.60
`,
    ]);
  });

  test('models go by upstream’s permanent slug, with a variant or without', async () => {
    const model = (id: string, prompt: string) =>
      documentOf(id, { canonical_slug: 'a/b-20260101', pricing: { prompt } });
    const db = await ledgerWith([
      snapshot('2026-01-01T00:00:00.000Z', [model('a/b:free', '0'), model('a/b', '0.000001')]),
    ]);
    const line = (variant: string) => `2026-01-02 10:00:00.000,10,a/b-20260101,${variant}\n`;
    const stdin = `created_at,tokens_prompt,model_permaslug,variant\n${line('standard')}${line('free')}${line('nitro')}`;
    const { stdout } = await ask(define, ['--log', '-', '--csv', '--db', db], { stdin });
    expect(stdout.split('\r\n').slice(1, 4)).toEqual([
      'a/b,1,10,0,0.00001,0.00001,[],[]',
      'a/b-20260101:nitro,1,10,0,,0,"[{""problem"":""unknown_model"",""component"":null,""requests"":1}]",[]',
      'a/b:free,1,10,0,0,0,[],[]',
    ]);
  });

  test('what nobody knows of some of its requests is said, with what to do; the others are billed', async () => {
    const line = (time: string | undefined, model = 'ann/one') => JSON.stringify({ model, time, prompt_tokens: 1000 });
    const times = [undefined, '2025-12-31', '2026-01-02', '2026-03-01'];
    const { code, stdout, stderr } = await cost(['--log', '-'], { stdin: times.map((time) => line(time)).join('\n') });
    expect([code, stdout.split('\n')[2]]).toEqual([
      1,
      'ann/one         4      4,000    0  at least $0.002  no time in 1 of them; no list had been observed by then in 1 of them',
    ]);
    expect(stderr.split('\n')).toEqual([
      '1 request without a time: give each one, or one time to all with --at (--at now).',
      '1 request before the first list; import older ones, or bill all at one time with --at.',
      'Requests after the newest list, of 2026-01-20 00:00 UTC, are billed at its prices.',
      '',
    ]);
  });

  test('a model without its author is the one that is called so, told; otherwise what may be meant is', async () => {
    const db = await ledgerWith([
      snapshot('2026-01-01T00:00:00.000Z', [
        documentOf('ann/one', { canonical_slug: 'ann/one-20260101' }),
        ...['bob/two', 'cat/two', 'cat/three'].map((id) => documentOf(id)),
      ]),
    ]);
    const names = ['One', 'one-20260101', 'two', 'thre', 'nothing-like-it'];
    const stdin = names
      .map((model) => JSON.stringify({ model, time: '2026-01-01T01:00', prompt_tokens: 1 }))
      .join('\n');
    const { stdout, stderr } = await ask(define, ['--log', '-', '--json', '--db', db], { stdin });
    const models: { model: string; requests: number }[] = JSON.parse(stdout).models;
    expect(models.map(({ model, requests }) => [model, requests])).toEqual([
      ['ann/one', 2],
      ['nothing-like-it', 1],
      ['thre', 1],
      ['two', 1],
    ]);
    expect(stderr.split('\n')).toEqual([
      'One is ann/one.',
      'one-20260101 is ann/one.',
      'two may be any of bob/two, cat/two: say which in the log.',
      'thre was never listed. Did you mean cat/three?',
      'nothing-like-it was never listed.',
      '',
    ]);
  });

  test('an entry without a time needs --at', async () => {
    const stdin = '{"model":"ann/one","prompt_tokens":1}';
    expect((await cost(['--log', '-'], { stdin })).stderr).toBe(
      'No line of the log has a time, so nobody knows which prices held. Give every line a time, or one to all with --at: ' +
        '--at now, or --at 2026-05-03.\n',
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
