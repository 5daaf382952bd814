import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openForReading } from '../src/ledger/store/open.ts';
import type { Change, ModelLedger } from '../src/library/index.ts';
import { openLedger } from '../src/library/index.ts';
import { makeLedger, sampleLists } from './ledgers.ts';
import { call } from './program/call.ts';
import { jsonLines, newFolder, SAMPLES } from './program/program.ts';

const folder = newFolder(afterAll);
const file = join(folder, 'ledger.db');
const now = () => new Date('2026-06-06T00:00:00Z');
const MODEL = 'qwen/qwen3.6-plus';
let ledger: ModelLedger;

beforeAll(async () => {
  await makeLedger(file, sampleLists());
  ledger = openLedger(file, { now });
});
afterAll(() => ledger.close());

/** What a command prints as JSON, a document a line. */
async function ask(...args: string[]): Promise<unknown[]> {
  const { stdout } = await call([...args, '--db', file, '--json'], { env: { MODEL_LEDGER_NOW: now().toISOString() } });
  return jsonLines(stdout);
}

async function collect(changes: AsyncIterable<Change>): Promise<Change[]> {
  const all: Change[] = [];
  for await (const change of changes) all.push(change);
  return all;
}

describe('what the library answers', () => {
  it('is a model as `show --json` has it, now and then', async () => {
    expect([await ledger.modelAt(MODEL)]).toEqual(await ask('show', MODEL));
    expect([await ledger.modelAt('x-ai/grok-3', '2026-06')]).toEqual(
      await ask('show', 'x-ai/grok-3', '--at', '2026-06'),
    );
  });

  it('is the prices of an instant, exact, and null while a model was away', async () => {
    const then = await ledger.priceAt(MODEL, '2026-05-03');
    const price = (component: string, condition: string, exact: string) => ({
      ...{ component, condition, price: exact, dynamic: false, unit: 'token' },
      ...{ validFrom: '2026-05-01T06:00:00.000Z', validTo: '2026-05-16T06:00:00.000Z' },
    });
    expect(then).toEqual({
      ...{ model: MODEL, at: '2026-05-03T00:00:00.000Z', prompt: '0.000000325', completion: '0.00000195' },
      prices: [
        price('prompt', '', '0.000000325'),
        price('completion', '', '0.00000195'),
        price('input_cache_write', '', '0.00000040625'),
        price('prompt', 'min_prompt_tokens=256000', '0.0000013'),
        price('completion', 'min_prompt_tokens=256000', '0.0000039'),
        price('input_cache_write', 'min_prompt_tokens=256000', '0.000001625'),
      ],
    });
    expect(await ledger.priceAt(MODEL, new Date('2026-05-18'))).toBeNull();
    expect(await ledger.priceAt(MODEL, '2026-04')).toBeNull();
    expect((await ledger.priceAt(MODEL))?.prompt).toBe('0.00000026');
  });

  it('is the list of an instant, with the prices that `prices --json` has', async () => {
    for (const at of ['2026-05-03', '2026-05-18T12:00Z', 'now']) {
      const list = (await ledger.listAt(at)).map(({ model, prompt, completion, free }) => ({
        ...{ model, prompt, completion, free },
      }));
      expect(list.length).toBeGreaterThan(40);
      expect(list).toMatchObject((await ask('prices', '--sort', 'name', '--at', at)).map((row) => ({ ...pick(row) })));
    }
    expect((await ledger.listAt(undefined, { model: 'openai/gpt-5*' })).map(({ model }) => model)).toEqual([
      'openai/gpt-5.5',
    ]);
    const two = await ledger.listAt('2026-05-03', { model: ['openai/gpt-5.5', 'qwen3.6-plus'] });
    expect(two.map(({ model }) => model)).toEqual(['openai/gpt-5.5', MODEL]);
    expect(Object.keys(two[0] ?? {}).sort()).toEqual([
      ...['author', 'completion', 'contextLength', 'free', 'inputs', 'maxCompletionTokens', 'model', 'name'],
      ...['outputs', 'parameters', 'prices', 'prompt'],
    ]);
    expect(await ledger.listAt('2020')).toEqual([]);
  });

  it('is every change that `changes --json` prints, in the same order, with the same filters', async () => {
    expect(await collect(ledger.changes())).toEqual(await ask('changes'));
    expect(await collect(ledger.changes({ firstRun: true, noise: true }))).toEqual(await ask('changes', '--all'));
    const filtered = ledger.changes({ types: ['repriced'], model: 'anthropic/*', since: '2026-05', minPercent: 5 });
    const args = ['--type', 'repriced', '--model', 'anthropic/*', '--since', '2026-05', '--min-percent', '5'];
    expect(await collect(filtered)).toEqual(await ask('changes', ...args));
    expect(await collect(ledger.changes({ until: '2026-05-13' }))).toEqual(
      await ask('changes', '--until', '2026-05-13'),
    );
    expect(await collect(ledger.changes({ until: new Date('2026-05-13') }))).toEqual([]);
  });

  it('is what a request costs, to the last digit, tiers applied', async () => {
    const usage = { promptTokens: 300_000, completionTokens: 7, components: { video: 0 } };
    const { total, conditions, promptTokens, lines } = await ledger.bill(MODEL, usage, '2026-05-03');
    expect([total, conditions, promptTokens, lines.map(({ quantity }) => quantity)]).toEqual([
      ...['0.3900273', ['min_prompt_tokens=256000'], 300_000],
      [300_000, 7],
    ]);
    const args = ['cost', MODEL, '--prompt-tokens', '1000', '--completion-tokens', '7', '--at', '2026-05-03'];
    const bill = await ledger.bill(MODEL, { promptTokens: 1000, completionTokens: 7 }, '2026-05-03');
    expect(await ask(...args)).toMatchObject([bill]);
  });
});

function pick(row: unknown): object {
  const picked = ['model', 'prompt', 'completion', 'free'];
  return Object.fromEntries(Object.entries(row ?? {}).filter(([key]) => picked.includes(key)));
}

describe('a loop over changes', () => {
  it('may stop early, and another question may be asked within it', async () => {
    const seen: string[] = [];
    for await (const { model, observedAt } of ledger.changes({ firstRun: true })) {
      seen.push(model);
      expect(await ledger.modelAt(model, observedAt)).toMatchObject({ model });
      if (seen.length === 3) break;
    }
    expect(seen).toHaveLength(3);
    expect(await collect(ledger.changes({ limit: 3, firstRun: true }))).toHaveLength(3);
  });

  it('gives a long history whole, each change once, while the file may be closed in between', async () => {
    const many = join(folder, 'many.db');
    const body = (n: number, price: string): string =>
      JSON.stringify({ data: Array.from({ length: n }, (_, i) => entry(`a/m${String(i).padStart(4, '0')}`, price)) });
    await makeLedger(many, [
      { at: '2026-05-01T00:00:00.000Z', body: body(700, '0.1') },
      { at: '2026-05-02T00:00:00.000Z', body: body(700, '0.2') },
      { at: '2026-05-03T00:00:00.000Z', body: body(300, '0.3').replace(']}', `,${rest()}]}`) },
    ]);
    const long = openLedger(many, { now });
    const keys: string[] = [];
    for await (const { run, model, type, field } of long.changes({ firstRun: true, noise: true })) {
      keys.push(`${run} ${model} ${type} ${field}`);
      if (keys.length % 500 === 0) long.close();
    }
    long.close();
    const opened = openForReading(many);
    const rows = opened.sqlite
      .prepare<[], string>(
        `SELECT run_id || ' ' || model_id || ' ' || type || ' ' || coalesce(field, 'null') FROM change_events
          ORDER BY run_id DESC, id`,
      )
      .pluck()
      .all();
    opened.close();
    expect(rows.length).toBeGreaterThan(1500);
    expect(keys).toEqual(rows);
  });
});

const entry = (id: string, price: string): object => ({
  ...{ id, name: id, context_length: 1000, pricing: { prompt: price, completion: price } },
  architecture: { input_modalities: ['text'], output_modalities: ['text'] },
});
const rest = (): string =>
  Array.from({ length: 400 }, (_, i) => JSON.stringify(entry(`a/m${String(i + 300).padStart(4, '0')}`, '0.2'))).join();

describe('what cannot be answered', () => {
  const code = async (asked: Promise<unknown>): Promise<unknown> =>
    await asked.then(
      () => 'answered',
      (error: unknown) => (error instanceof Error && 'code' in error ? error.code : error),
    );

  it('is refused with the code of what is wrong', async () => {
    expect(await code(ledger.priceAt('qwen/qwen3.6'))).toBe('unknown_model');
    expect(await code(ledger.bill('qwen/qwen3.6', { promptTokens: 1 }))).toBe('unknown_model');
    expect(await code(ledger.bill(MODEL, { promptTokens: 1 }, '2026-05-18'))).toBe('not_listed');
    expect(await code(ledger.bill(MODEL, {}))).toBe('no_usage');
    for (const quantity of [-1, 1.5, Number.NaN, 2 ** 60]) {
      expect(await code(ledger.bill(MODEL, { promptTokens: quantity }))).toBe('invalid_quantity');
    }
    const typed: object = { prompt_tokens: 12 };
    expect(await code(ledger.bill(MODEL, typed))).toBe('invalid_quantity');
    const mistyped: object = { modle: 'openai/*' };
    expect(await code(collect(ledger.changes(mistyped)))).toBe('unknown_filter');
    expect(await code(ledger.listAt('no time at all'))).toBe('bad_time');
    expect(await code(ledger.listAt(new Date(Number.NaN)))).toBe('bad_time');
    expect(await code(ledger.sync({ source: '-' }))).toBe('bad_source');
    expect(() => openLedger(':memory:')).toThrow('The data file has no name.');
  });
});

describe('a file', () => {
  it('is made by a run, is looked at again when it was replaced, and not held when closed', async () => {
    const own = join(folder, 'own.db');
    const mine = openLedger(own, { now, env: {} });
    await expect(mine.listAt()).rejects.toMatchObject({ code: 'missing', exitCode: 5 });
    expect(await mine.sync({ source: SAMPLES[0] ?? '', dryRun: true })).toMatchObject({ run: null, status: 'changed' });
    await expect(mine.listAt()).rejects.toMatchObject({ code: 'missing' });
    expect(await mine.sync({ source: SAMPLES[0] ?? '' })).toMatchObject({ run: 1, status: 'changed', models: 41 });
    expect(await mine.listAt()).toHaveLength(41);
    expect(await mine.sync({ source: SAMPLES[0] ?? '' })).toEqual({
      ...{ run: 2, dryRun: false, status: 'unchanged', models: 41, changes: [] },
      ...{ observedAt: '2026-06-06T00:00:00.001Z', previousObservedAt: '2026-06-06T00:00:00.000Z' },
    });

    const other = join(folder, 'other.db');
    await openLedger(other, { now, env: {} }).sync({ source: SAMPLES[2] ?? '' });
    renameSync(other, own);
    expect(await mine.listAt()).toHaveLength(43);
    mine.close();
    expect(await mine.listAt()).toHaveLength(43);
    mine.close();
  });

  it('that only ever met a refused answer has no list yet', async () => {
    const empty = openLedger(join(folder, 'empty.db'), { now, env: {} });
    const source = join(folder, 'bad.json');
    writeFileSync(source, '{"data":[]}');
    expect(await empty.sync({ source })).toMatchObject({ status: 'rejected', error: { code: 'empty_list' } });
    expect(await empty.listAt()).toEqual([]);
    await expect(empty.priceAt(MODEL)).rejects.toMatchObject({ code: 'no_list' });
    empty.close();
  });
});
