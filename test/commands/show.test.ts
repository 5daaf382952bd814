import { expect, test } from 'vitest';
import { define } from '../../src/commands/show/show.ts';
import { ask, smallLedger } from './asking.ts';

const show = async (args: readonly string[], options = {}) =>
  ask(define, [...args, '--db', await smallLedger()], options);

test('a model with tiers that was away', async () => {
  expect(await show(['ann/two'])).toEqual({
    code: 0,
    stderr: '',
    stdout: `ann/two  Model ann/two
listed, first seen 2026-01-01 00:00 UTC or before

context         1M tokens
max completion  1k tokens
takes           text
gives           text
supports        temperature, tools
tokenizer       Plain
created         2026-01-01

price                   USD  since
prompt             $4.00 /M  2026-01-10
input_cache_read   $0.10 /M  2026-01-10
completion         $8.00 /M  2026-01-10
prompt            $10.00 /M  2026-01-10  above 128k prompt tokens
completion        $20.00 /M  2026-01-10  above 128k prompt tokens

prompt, USD
$5.00 /M ┤───────────
         │
         │
$4.00 /M ┤                                             ─────────────────────────────────────────────
         └┬────────────────────────────────────────────┬───────────────────────────────────────────┬
          2026-01-01                                   2026-01-10                         2026-01-20

absences
  gone from 2026-01-03 06:30 UTC to 2026-01-10 12:00 UTC, 7 d 5 h

latest changes
  2026-01-10  prompt  $5.00 -> $4.00 /M  ▼ -20 %
  2026-01-10  restored
  2026-01-03  removed
`,
  });
});

test('as it was while it was away: what it was last', async () => {
  const { stdout } = await show(['ann/two', '--at', '2026-01-05']);
  expect(stdout.split('\n').slice(0, 2)).toEqual([
    'ann/two  Model ann/two',
    '2026-01-05 00:00 UTC: removed 2026-01-03 06:30 UTC, first seen 2026-01-01 00:00 UTC or before; what follows is as it was last',
  ]);
  expect(stdout).toContain('prompt             $5.00 /M  2026-01-01\n');
  expect(stdout).toContain('absences\n  gone since 2026-01-03 06:30 UTC\n');
});

test('texts, limits and history are those of the instant', async () => {
  const { stdout } = await show(['ann/one', '--at', '2026-01-03T07:00Z', '--json']);
  const shown = JSON.parse(stdout);
  expect(shown).toEqual({
    ...{
      model: 'ann/one',
      at: '2026-01-03T07:00:00.000Z',
      listed: true,
      removedAt: null,
      lastSeenAt: null,
      absences: [],
    },
    ...{ firstSeenAt: '2026-01-01T00:00:00.000Z', name: 'Model ann/one', author: 'ann', description: null },
    ...{ createdAt: '2026-01-01T00:00:00.000Z', aliasOf: null, canonicalSlug: null, huggingFaceId: null },
    ...{ inputs: ['text'], outputs: ['text'], parameters: ['temperature'], tokenizer: 'Plain', instructType: null },
    ...{ knowledgeCutoff: null, expirationDate: null },
    served: null,
    limits: {
      ...{ contextLength: 8000, topProviderContextLength: 8000, maxCompletionTokens: 1000, isModerated: false },
      ...{ requestPromptTokens: null, requestCompletionTokens: null },
    },
    prices: [
      price('prompt', '0.0000005', '2026-01-03T06:30:00.000Z', '2026-01-04T00:00:00.000Z'),
      price('completion', '0.000001', '2026-01-03T06:30:00.000Z', '2026-01-04T00:00:00.000Z'),
    ],
    history: [
      price('prompt', '0.000001', '2026-01-01T00:00:00.000Z', '2026-01-03T06:30:00.000Z'),
      price('completion', '0.000002', '2026-01-01T00:00:00.000Z', '2026-01-03T06:30:00.000Z'),
      price('prompt', '0.0000005', '2026-01-03T06:30:00.000Z', '2026-01-04T00:00:00.000Z'),
      price('completion', '0.000001', '2026-01-03T06:30:00.000Z', '2026-01-04T00:00:00.000Z'),
    ],
  });
});

function price(component: string, amount: string, validFrom: string, validTo: string) {
  return { component, condition: '', price: amount, dynamic: false, validFrom, validTo, unit: 'token' };
}

test('the history as CSV', async () => {
  expect((await show(['zed/router', '--csv'])).stdout).toBe(
    'model,component,condition,price,dynamic,validFrom,validTo,unit\r\n' +
      'zed/router,prompt,,,true,2026-01-01T00:00:00.000Z,,token\r\n' +
      'zed/router,completion,,,true,2026-01-01T00:00:00.000Z,,token\r\n',
  );
});

test('before its first list it is not listed yet, and says when the ledger begins', async () => {
  const { stdout, stderr } = await show(['bob/night', '--at', '2026-01-02']);
  expect(stdout.split('\n')[1]).toBe('2026-01-02 00:00 UTC: not listed yet');
  expect(stderr).toBe('');
  expect((await show(['bob/night', '--at', '2025-01-02'])).stderr).toBe(
    '2025-01-02 00:00 UTC is before what was observed. ' +
      'The ledger knows the lists from 2026-01-01 00:00 UTC to 2026-01-20 00:00 UTC.\n',
  );
});

test('a wrong id suggests near ones and is wrong usage', async () => {
  expect(await show(['ann/onne'])).toEqual({
    ...{ code: 2, stdout: '' },
    stderr: 'No model "ann/onne" was ever listed. Did you mean ann/one?\n',
  });
  expect((await show(['ann/three'])).stderr).toBe(
    'No model "ann/three" was ever listed. Did you mean ann/one, ann/two?\n',
  );
  expect((await show(['nobody'])).stderr).toBe(
    'No model "nobody" was ever listed. Run model-ledger prices --sort name to list them.\n',
  );
});
