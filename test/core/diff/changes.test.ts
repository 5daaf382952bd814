import { describe, expect, it } from 'vitest';
import type { DefaultPrice } from '../../../src/core/diff/causes.ts';
import { compareModels } from '../../../src/core/diff/compareModels.ts';
import { modelOf } from '../documents.ts';

type Fields = Readonly<Record<string, unknown>>;

const compare = (before: Fields, after: Fields, id = 'a/b', defaultPrice?: DefaultPrice) =>
  compareModels(modelOf({ id, pricing: {}, ...before }), modelOf({ id, pricing: {}, ...after }), defaultPrice);

const priced = (before: Fields, after: Fields, id?: string, defaultPrice?: DefaultPrice) =>
  compare({ pricing: before }, { pricing: after }, id, defaultPrice);

const price = (type: string, field: string, before: string | null, after: string | null, more: Fields = {}) => ({
  type,
  field,
  before,
  after,
  cause: null,
  shift: null,
  changePct: null,
  ...more,
});

const leaf = (
  type: string,
  field: string,
  before: string | null,
  after: string | null,
  shift: string | null = null,
) => ({
  type,
  field,
  before,
  after,
  cause: null,
  shift,
  changePct: null,
});

describe('a price', () => {
  it('that changed is repriced, by so many percent', () => {
    expect(priced({ prompt: '0.000002' }, { prompt: '0.000001' })).toEqual([
      price('repriced', 'pricing.prompt', '0.000002', '0.000001', { changePct: -50 }),
    ]);
  });

  it('that appeared or vanished is repriced, without percent', () => {
    expect(priced({ prompt: '1' }, { completion: '2' })).toEqual([
      price('repriced', 'pricing.prompt', '1', null),
      price('repriced', 'pricing.completion', null, '2'),
    ]);
  });

  it('that became or ceased to be dynamic is repriced, without percent', () => {
    expect(priced({ prompt: '1', completion: '-1' }, { prompt: '-2', completion: '2' })).toEqual([
      price('repriced', 'pricing.prompt', '1', 'dynamic'),
      price('repriced', 'pricing.completion', 'dynamic', '2'),
    ]);
  });

  it('that changed from or to zero is repriced, without percent', () => {
    expect(priced({ prompt: '0', completion: '1' }, { prompt: '1', completion: '0' })).toEqual([
      price('repriced', 'pricing.prompt', '0', '1'),
      price('repriced', 'pricing.completion', '1', '0'),
    ]);
  });

  it.each([
    ['0.0000010', '0.000001'],
    ['-0', '0'],
    ['1e-6', '0.000001'],
    ['-1', '-2'],
    [0.25, '0.250'],
  ])('written as %s and as %s is one price', (before, after) => {
    expect(priced({ prompt: before }, { prompt: after })).toEqual([]);
  });

  it('that is null is absent', () => {
    expect(priced({ prompt: null }, {})).toEqual([]);
  });

  it('of an override is repriced under its condition', () => {
    const tier = (prompt: string) => ({ prompt: '1', overrides: [{ min_prompt_tokens: 128000, prompt }] });
    expect(priced(tier('2'), tier('4'))).toEqual([
      price('repriced', 'pricing.prompt[min_prompt_tokens=128000]', '2', '4', { changePct: 100 }),
    ]);
  });

  it('whose condition changed vanished there and appeared here', () => {
    const tier = (min: number) => ({ overrides: [{ min_prompt_tokens: min, prompt: '2' }] });
    expect(priced(tier(1), tier(2))).toEqual([
      price('repriced', 'pricing.prompt[min_prompt_tokens=1]', '2', null),
      price('repriced', 'pricing.prompt[min_prompt_tokens=2]', null, '2'),
    ]);
  });

  it('is not touched by the order of overrides with different conditions', () => {
    const [low, high] = [
      { min_prompt_tokens: 1, prompt: '2' },
      { min_prompt_tokens: 2, prompt: '3' },
    ];
    expect(priced({ overrides: [low, high] }, { overrides: [high, low] })).toEqual([]);
  });

  it('of two overrides with one condition is the later one', () => {
    const one = (...prompts: string[]) => ({ overrides: prompts.map((prompt) => ({ min_prompt_tokens: 1, prompt })) });
    expect(priced(one('1', '2'), one('2', '1'))).toEqual([
      price('repriced', 'pricing.prompt[min_prompt_tokens=1]', '2', '1', { changePct: -50 }),
    ]);
  });

  it('that gave way to a word is repriced, and the word is a leaf', () => {
    expect(priced({ teleport: '1' }, { teleport: 'soon' })).toEqual([
      price('repriced', 'pricing.teleport', '1', null),
      leaf('updated', 'pricing.teleport', null, 'soon', 'appeared'),
    ]);
  });
});

describe('cause zero', () => {
  it('marks a zero that appeared or vanished', () => {
    expect(priced({ image: '0' }, { request: '0.0' })).toEqual([
      price('updated', 'pricing.image', '0', null, { cause: 'zero' }),
      price('updated', 'pricing.request', null, '0', { cause: 'zero' }),
    ]);
  });

  it('marks it in an override too', () => {
    expect(priced({}, { overrides: [{ min_prompt_tokens: 1, prompt: '0' }] })).toEqual([
      price('updated', 'pricing.prompt[min_prompt_tokens=1]', null, '0', { cause: 'zero' }),
    ]);
  });

  it('comes before alias', () => {
    expect(priced({}, { image: '0' }, '~a/latest')).toEqual([
      price('updated', 'pricing.image', null, '0', { cause: 'zero' }),
    ]);
  });
});

describe('cause clock', () => {
  const windows = (prompt: string, [night, day]: [string, string] = ['1', '2']) => ({
    prompt,
    overrides: [
      { utc_start: 0, utc_end: 600, prompt: night },
      { utc_start: 600, utc_end: 2400, prompt: day },
    ],
  });

  it('marks a base price that flips between the prices of its windows', () => {
    expect(priced(windows('1'), windows('2'))).toEqual([
      price('updated', 'pricing.prompt', '1', '2', { cause: 'clock', changePct: 100 }),
    ]);
  });

  it('marks one that comes to a scheduled price from any other', () => {
    expect(priced(windows('4'), windows('2'))).toEqual([
      price('updated', 'pricing.prompt', '4', '2', { cause: 'clock', changePct: -50 }),
    ]);
  });

  it('marks one that comes back to the default, and no other that is not scheduled', () => {
    const marked = (now: string) => priced(windows('2'), windows(now), 'a/b', () => '4')[0]?.cause;
    expect([marked('4'), marked('8')]).toEqual(['clock', null]);
  });

  it('asks for the default of its own component', () => {
    const both = (amount: string) => ({
      ...{ prompt: amount, completion: amount },
      overrides: [{ utc_days: ['sunday'], prompt: '2', completion: '2' }],
    });
    const defaultPrice = (component: string) => (component === 'prompt' ? '4' : '8');
    expect(priced(both('2'), both('8'), 'a/b', defaultPrice).map(({ field, cause }) => [field, cause])).toEqual([
      ['pricing.prompt', null],
      ['pricing.completion', 'clock'],
    ]);
  });

  it('knows a schedule by any key that begins with utc_, also one that is new', () => {
    const on = (prompt: string, condition: Fields) => ({ prompt, overrides: [{ ...condition, prompt: '2' }] });
    const marked = (condition: Fields) => priced(on('1', condition), on('2', condition))[0]?.cause;
    const told = [{ utc_days: ['sunday'] }, { utc_moon: 'full', utc_tide: 1 }, { region: ['a,utc_start=1'] }].map(
      marked,
    );
    expect(told).toEqual(['clock', 'clock', null]);
  });

  it('does not mark a base price when the windows changed', () => {
    expect(priced(windows('1'), windows('2', ['1', '4']))).toEqual([
      price('repriced', 'pricing.prompt', '1', '2', { changePct: 100 }),
      price('repriced', 'pricing.prompt[utc_end=2400,utc_start=600]', '2', '4', { changePct: 100 }),
    ]);
  });

  it('marks it when the windows moved but their set of prices did not', () => {
    const moved = {
      prompt: '2',
      overrides: [
        { utc_start: 0, utc_end: 700, prompt: '1' },
        { utc_start: 700, utc_end: 2400, prompt: '2' },
      ],
    };
    expect(priced(windows('1'), moved)).toEqual([
      price('updated', 'pricing.prompt', '1', '2', { cause: 'clock', changePct: 100 }),
      price('repriced', 'pricing.prompt[utc_end=600,utc_start=0]', '1', null),
      price('repriced', 'pricing.prompt[utc_end=2400,utc_start=600]', '2', null),
      price('repriced', 'pricing.prompt[utc_end=700,utc_start=0]', null, '1'),
      price('repriced', 'pricing.prompt[utc_end=2400,utc_start=700]', null, '2'),
    ]);
  });

  it('does not mark a component by the windows of another', () => {
    expect(priced({ ...windows('1'), completion: '1' }, { ...windows('1'), completion: '2' })).toEqual([
      price('repriced', 'pricing.completion', '1', '2', { changePct: 100 }),
    ]);
  });

  it('does not take token tiers for windows', () => {
    const tiers = (prompt: string) => ({
      prompt,
      overrides: [
        { min_prompt_tokens: 1, prompt: '1' },
        { min_prompt_tokens: 2, prompt: '2' },
      ],
    });
    expect(priced(tiers('1'), tiers('2'))).toEqual([price('repriced', 'pricing.prompt', '1', '2', { changePct: 100 })]);
  });

  it('does not mark a base price that appeared', () => {
    const { prompt: _, ...without } = windows('1');
    expect(priced(without, windows('1'))).toEqual([price('repriced', 'pricing.prompt', null, '1')]);
  });

  it('comes before alias', () => {
    expect(priced(windows('1'), windows('2'), '~a/latest')).toEqual([
      price('updated', 'pricing.prompt', '1', '2', { cause: 'clock', changePct: 100 }),
    ]);
  });
});

describe('cause alias', () => {
  it('marks the prices of an alias, which stay repriced', () => {
    expect(priced({ prompt: '1' }, { prompt: '2' }, '~a/latest')).toEqual([
      price('repriced', 'pricing.prompt', '1', '2', { cause: 'alias', changePct: 100 }),
    ]);
  });

  it('does not mark its other leaves', () => {
    expect(compare({ name: 'x' }, { name: 'y' }, '~a/latest')).toEqual([leaf('updated', 'name', 'x', 'y')]);
  });
});

describe('a limit', () => {
  it.each([
    ['context_length', { context_length: 1 }, { context_length: 2 }],
    [
      'top_provider.max_completion_tokens',
      { top_provider: { max_completion_tokens: 1 } },
      { top_provider: { max_completion_tokens: 2 } },
    ],
    [
      'per_request_limits.prompt_tokens',
      { per_request_limits: { prompt_tokens: 1 } },
      { per_request_limits: { prompt_tokens: 2 } },
    ],
    ['top_provider.unheard_of', { top_provider: { unheard_of: 1 } }, { top_provider: { unheard_of: 2 } }],
  ])('%s is limits_changed', (field, before, after) => {
    expect(compare(before, after)).toEqual([leaf('limits_changed', field, '1', '2')]);
  });

  it('that merely begins like one is not', () => {
    expect(compare({ context_length_note: 'a' }, { context_length_note: 'b' })).toEqual([
      leaf('updated', 'context_length_note', 'a', 'b'),
    ]);
  });
});

describe('a leaf', () => {
  it('that changed is updated', () => {
    expect(compare({ a: { b: false, c: 'x' } }, { a: { b: true, c: 'x' } })).toEqual([
      leaf('updated', 'a.b', 'false', 'true'),
    ]);
  });

  it.each([
    ['absent', 'null', {}, { a: null }],
    ['absent', 'empty', {}, { a: {} }],
    ['null', 'empty', { a: null }, { a: {} }],
    ['null inside', 'absent inside', { a: { b: null, c: 1 } }, { a: { c: 1 } }],
  ])('that is %s or %s is the same', (_, __, before, after) => {
    expect(compare(before, after)).toEqual([]);
    expect(compare(after, before)).toEqual([]);
  });

  it('that is an array is compared whole', () => {
    expect(compare({ a: ['x', 'y'] }, { a: ['y', 'x'] })).toEqual([leaf('updated', 'a', '["x","y"]', '["y","x"]')]);
  });

  it('that is an array of objects does not mind the order of their keys', () => {
    expect(compare({ a: [{ b: 1, c: 2 }] }, { a: [{ c: 2, b: 1 }] })).toEqual([]);
  });

  it('that came, went or changed its type says so', () => {
    expect(compare({ a: 1, b: 2, d: '4', e: ['5'] }, { b: '2', c: 3, d: ['4'], e: true })).toEqual([
      leaf('updated', 'a', '1', null, 'vanished'),
      leaf('updated', 'b', '2', '2', 'retyped'),
      leaf('updated', 'd', '4', '["4"]', 'retyped'),
      leaf('updated', 'e', '["5"]', 'true', 'retyped'),
      leaf('updated', 'c', null, '3', 'appeared'),
    ]);
  });

  it('that gave way to an object vanished, and what is in it appeared', () => {
    expect(compare({ a: 'x' }, { a: { b: 'x' } })).toEqual([
      leaf('updated', 'a', 'x', null, 'vanished'),
      leaf('updated', 'a.b', null, 'x', 'appeared'),
    ]);
  });

  it('is an exact number', () => {
    const [before, after] = ['9007199254740992', '9007199254740993'].map((n) =>
      modelOf(`{"id":"a","pricing":{},"n":${n}}`),
    );
    if (!before || !after) throw new TypeError('two models');
    expect(compareModels(before, after)).toEqual([leaf('updated', 'n', '9007199254740992', '9007199254740993')]);
  });

  it('is not benchmarks, id or the order of keys', () => {
    expect(compare({ benchmarks: { a: 1 }, x: 1, y: 2 }, { y: 2, x: 1, benchmarks: { a: 2 } })).toEqual([]);
  });
});
