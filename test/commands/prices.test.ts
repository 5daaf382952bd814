import { join } from 'node:path';
import { expect, test } from 'vitest';
import { define as defineChanges } from '../../src/commands/changes/changes.ts';
import { define } from '../../src/commands/prices/prices.ts';
import type { Define } from '../../src/commands/shared/command.ts';
import { define as defineShow } from '../../src/commands/show/show.ts';
import { documentOf } from '../core/documents.ts';
import { snapshot } from '../ledger/snapshots.ts';
import { makeLedger } from '../ledgers.ts';
import { jsonLines, newFolder } from '../program/program.ts';
import { newApp } from '../server/apps.ts';
import { ask, ledgerWith, smallLedger } from './asking.ts';

const prices = async (args: readonly string[], options = {}) =>
  ask(define, [...args, '--db', await smallLedger()], options);

test('the cheapest prompt first; what is decided per request is no number and comes last', async () => {
  expect(await prices([])).toEqual({
    code: 0,
    stdout: `model         in /M   out /M  cache read  context  max out  notes
ann/one       $1.00    $2.00                   8k       1k
bob/night     $4.00    $4.00                   8k       1k  tiers, windows
ann/two       $4.00    $8.00       $0.10       1M       1k  tiers
zed/router  dynamic  dynamic                            1k
`,
    stderr:
      'USD per million tokens, as observed 2026-01-20 00:00 UTC.\n' + '1 free model is left out; --free lists them.\n',
  });
});

test('in a narrow terminal columns go, not the ends of ids, and one with nothing in it goes anyway', async () => {
  const { stdout, stderr } = await prices(['ann/one'], { columns: 60, env: { NO_COLOR: '1' } });
  expect(stdout).toBe(`model    in /M  out /M  context
ann/one  $1.00   $2.00       8k
`);
  expect(stderr).toContain('Left out for want of room: max out.');
});

const ids = async (args: readonly string[]): Promise<string[]> => {
  const { stdout } = await prices([...args, '--json']);
  return jsonLines(stdout).map(({ model }) => String(model));
};

test('any instant has its own list', async () => {
  expect(await ids(['--at', '2026-01-02'])).toEqual(['bob/free:free', 'ann/one', 'ann/two', 'zed/router']);
  expect(await ids(['--at', '2026-01-05'])).toEqual(['bob/free:free', 'ann/one', 'bob/night', 'zed/router']);
});

test('by context or by name', async () => {
  expect(await ids(['--sort', 'context'])).toEqual(['ann/two', 'ann/one', 'bob/night', 'bob/free:free', 'zed/router']);
  expect(await ids(['--sort', 'name'])).toEqual(['ann/one', 'ann/two', 'bob/free:free', 'bob/night', 'zed/router']);
});

test('descending and ascending are what they say, whatever the order', async () => {
  const bySize = ['ann/two', 'ann/one', 'bob/night', 'bob/free:free', 'zed/router'];
  expect(await ids(['--sort', 'context', '--desc'])).toEqual(bySize);
  expect((await ids(['--sort', 'context', '--asc'])).slice(0, 2)).toEqual(['bob/free:free', 'ann/one']);
  expect(await prices(['--asc', '--desc'])).toMatchObject({ code: 2 });
});

test('by a blend, which is a column, and the other way round', async () => {
  const { stdout } = await prices(['--blend', '1:1', '--sort', 'blend', '--desc', '--limit', '2']);
  expect(stdout).toBe(`model      in /M  out /M  1:1 /M  cache read  context  max out  notes
ann/two    $4.00   $8.00   $6.00       $0.10       1M       1k  tiers
bob/night  $4.00   $4.00   $4.00                   8k       1k  tiers, windows
`);
});

test('models as people type them: a name, a pattern, several', async () => {
  expect(await ids(['one', 'NIGHT'])).toEqual(['ann/one', 'bob/night']);
  expect(await ids(['ann/*'])).toEqual(['ann/one', 'ann/two']);
  expect(await prices(['one'])).toMatchObject({ stderr: expect.stringContaining('one is ann/one.\n') });
  expect(await prices(['ann/on'])).toMatchObject({
    code: 2,
    stderr: 'No model "ann/on" was ever listed. Did you mean ann/one, ann/two?\n',
  });
  expect(await ids(['--max-completion-price', '4', '--paid'])).toEqual(['ann/one', 'bob/night']);
});

test('a pattern that no model ever fitted, and an author alone, say what to write', async () => {
  expect((await prices(['anm/*'])).stderr).toMatch(/^No model was ever called anm\/\*\. Did you mean 'ann\/\*'\?\n/);
  expect((await prices(['--model', 'zzzzz*'])).stderr).toMatch(/^No model was ever called zzzzz\*\.\n/);
  expect(await prices(['Ann'])).toMatchObject({
    code: 2,
    stderr: '"Ann" is an author, not a model. Write \'ann/*\' for all models of that author.\n',
  });
});

test('by author, abilities, price and context, as they were then', async () => {
  expect(await ids(['--author', 'Ann'])).toEqual(['ann/one', 'ann/two']);
  expect(await ids(['--parameter', 'tools'])).toEqual(['ann/one', 'ann/two']);
  expect(await ids(['--parameter', 'tools', '--at', '2026-01-15'])).toEqual(['ann/two']);
  expect(await ids(['--modality', 'image'])).toEqual(['bob/night']);
  expect(await ids(['--modality', 'image->text'])).toEqual(['bob/night']);
  expect(await ids(['--modality', '->image'])).toEqual([]);
  expect(await ids(['--max-price', '1'])).toEqual(['bob/free:free', 'ann/one']);
  expect(await ids(['--max-price', '0.999999999999999999999'])).toEqual(['bob/free:free']);
  expect(await ids(['--free'])).toEqual(['bob/free:free']);
  expect(await ids(['--min-context', '8000', '--model', '*o*'])).toEqual(['ann/one', 'bob/night', 'ann/two']);
});

test('a model as JSON has exact prices, and its conditional ones apart', async () => {
  const { stdout } = await prices(['--json', '--model', 'ann/two']);
  expect(JSON.parse(stdout)).toMatchObject({
    ...{ model: 'ann/two', name: 'Model ann/two', author: 'ann', contextLength: 1_000_000, maxCompletionTokens: 1000 },
    ...{ free: false, dynamic: false, prompt: '0.000004', completion: '0.000008', input_cache_read: '0.0000001' },
    ...{ image: null, web_search: null },
    conditional: [
      { component: 'prompt', condition: 'min_prompt_tokens=128000', price: '0.00001', dynamic: false },
      { component: 'completion', condition: 'min_prompt_tokens=128000', price: '0.00002', dynamic: false },
    ],
    imageUnit: null,
  });
});

test('what is decided per request is null with a flag in a record of one price, and the word where one value is all', async () => {
  const tiers = { overrides: [{ min_prompt_tokens: 1000, completion: '-1' }] };
  const db = await ledgerWith([
    snapshot('2026-01-01T00:00:00.000Z', [
      documentOf('a/b', { pricing: { prompt: '-1', completion: '0.1', ...tiers } }),
    ]),
    snapshot('2026-01-02T00:00:00.000Z', [
      documentOf('a/b', { pricing: { prompt: '0.1', completion: '-1', ...tiers } }),
    ]),
  ]);
  const json = async (command: Define, ...args: string[]) =>
    JSON.parse((await ask(command, [...args, '--json', '--db', db])).stdout);
  const { prompt, completion, request, conditional } = await json(define);
  expect([prompt, completion, request]).toEqual(['0.1', 'dynamic', null]);
  const tier = { component: 'completion', condition: 'min_prompt_tokens=1000', price: null, dynamic: true };
  expect(conditional).toEqual([tier]);
  const shown: { prices: object[] } = await json(defineShow, 'a/b');
  expect(shown.prices).toMatchObject([
    tier,
    { component: 'prompt', price: '0.1', dynamic: false },
    { component: 'completion', condition: '', price: null, dynamic: true },
  ]);
  const { field, before, after } = await json(defineChanges, '--field', 'pricing.prompt');
  expect([field, before, after]).toEqual(['pricing.prompt', 'dynamic', '0.1']);
});

test('nothing says why', async () => {
  expect(await prices(['--min-context', '2000000'])).toEqual({
    ...{ code: 0, stdout: '' },
    stderr: 'None of 5 models fits. The ledger knows the lists from 2026-01-01 00:00 UTC to 2026-01-20 00:00 UTC.\n',
  });
  const before = await prices(['--at', '2025-12-01']);
  expect(before.stderr.split('\n')).toEqual([
    '2025-12-01 00:00 UTC is before what was observed. ' +
      'The ledger knows the lists from 2026-01-01 00:00 UTC to 2026-01-20 00:00 UTC.',
    'No model that fits was listed then.',
    '',
  ]);
});

test.each([
  ['--max-price', 'cheap'],
  ['--sort', 'size'],
  ['--min-context', '8k!'],
])('wrong usage is an error: %s %s', async (...args) => {
  expect((await prices(args)).code).toBe(2);
});

test('lists of 2024 tell what a model takes in one word, or in one text', async () => {
  const old = (id: string, modality: string, prompt = '0.000001'): object => ({
    ...{ id, name: id, pricing: { prompt, completion: '0.000002' } },
    architecture: { modality, tokenizer: 'Other' },
  });
  const silent = { id: 'a/silent', pricing: { prompt: '0.000001' } };
  const models = [
    old('a/seeing', 'multimodal', '0.0000009'),
    old('a/reading', 'text'),
    old('a/later', 'text+image->text'),
    silent,
  ];
  const db = join(newFolder(), 'old.db');
  await makeLedger(db, [
    { at: '2024-05-01T00:00:00.000Z', body: JSON.stringify({ data: models }) },
    { at: '2024-05-02T00:00:00.000Z', body: JSON.stringify({ data: models, total_count: models.length }) },
  ]);
  const fitting = async (modality: string): Promise<string[]> => {
    const { stdout } = await ask(define, ['--db', db, '--modality', modality, '--sort', 'name', '--json']);
    return jsonLines(stdout).map(({ model }) => String(model));
  };
  expect(await fitting('image')).toEqual(['a/later', 'a/seeing']);
  expect(await fitting('->text')).toEqual(['a/later', 'a/reading', 'a/seeing', 'a/silent']);
  expect(await fitting('multimodal')).toEqual([]);
  const { app } = newApp(db);
  const cheapest = await (await app.request('/trends?input_modalities=image')).text();
  expect(['a/seeing', 'a/reading', 'a/later'].map((id) => cheapest.includes(id))).toEqual([true, false, false]);
});
