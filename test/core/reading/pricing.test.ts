import { describe, expect, it } from 'vitest';
import { isObject, parseJson } from '../../../src/core/reading/json.ts';
import { priceField, readPricing } from '../../../src/core/reading/pricing.ts';

function read(text: string) {
  const pricing = parseJson(text);
  if (!isObject(pricing)) throw new TypeError('not an object');
  const { prices, rest, issues } = readPricing(pricing);
  const named = [...prices.values()].map(({ component, condition, amount }) => [
    priceField(component, condition),
    amount,
  ]);
  return { prices: Object.fromEntries(named), rest: Object.fromEntries(rest), issues };
}

const only = (prices: Record<string, string>) => ({ prices, rest: {}, issues: [] });

describe('pricing', () => {
  it('is an amount for each component, known or not', () => {
    expect(read('{"prompt":"0.0000010","teleport":"5"}')).toEqual(
      only({ 'pricing.prompt': '0.000001', 'pricing.teleport': '5' }),
    );
  });

  it('of more than a thousand prices is none', () => {
    const overrides = (n: number) =>
      `{"overrides":[${Array.from({ length: n }, (_, i) => `{"min_prompt_tokens":${i},"prompt":"1"}`).join()}]}`;
    expect(read(overrides(1000)).issues).toEqual([]);
    expect(read(overrides(1001)).issues).toEqual([{ path: 'pricing', reason: 'more than 1000 prices' }]);
  });

  it('takes a JSON number as it is written', () => {
    expect(read('{"discount":0.25,"web_search":1e-7,"image":0.12345678901234567890123}')).toEqual(
      only({
        'pricing.discount': '0.25',
        'pricing.web_search': '0.0000001',
        'pricing.image': '0.12345678901234567890123',
      }),
    );
  });

  it('is absent where it is null', () => {
    expect(read('{"prompt":null,"overrides":null,"teleport":null}')).toEqual(only({}));
  });

  it('calls any negative dynamic', () => {
    expect(read('{"prompt":"-1","completion":-0.5}')).toEqual(
      only({ 'pricing.prompt': 'dynamic', 'pricing.completion': 'dynamic' }),
    );
  });

  it.each(['""', '"free"', '"0x10"', 'true', '{}', '[]', '1e400', '"1e400"'])(
    'finds %s wrong as a known component',
    (value) => {
      const { prices, issues } = read(`{"prompt":${value},"completion":"1"}`);
      expect(prices).toEqual({ 'pricing.completion': '1' });
      expect(issues).toEqual([{ path: 'pricing.prompt', reason: `not a decimal amount: ${value}` }]);
    },
  );

  it('keeps an unknown component that is no amount as leaves', () => {
    expect(read('{"soon":"tomorrow","plan":{"per":{"day":[1]},"x.y":2},"plan.per":3,"gone":{}}')).toEqual({
      prices: { 'pricing.plan.per': '3' },
      rest: { 'pricing.soon': 'tomorrow', 'pricing.plan.per.day': [1], 'pricing.plan."x.y"': 2 },
      issues: [],
    });
  });

  it('never lets two unknown leaves collide', () => {
    expect(read('{"a":{"b":"x"},"a.b":"y"}').rest).toEqual({ 'pricing.a.b': 'x', 'pricing."a.b"': 'y' });
  });

  it('may have components called __proto__ and constructor', () => {
    const { prices } = readPricing(Object(parseJson('{"__proto__":"1","constructor":"2"}')));
    expect([...prices.values()]).toEqual([
      { component: '__proto__', condition: '', amount: '1' },
      { component: 'constructor', condition: '', amount: '2' },
    ]);
  });
});

describe('an entry of overrides', () => {
  it('has its strings as prices and all else as sorted conditions', () => {
    expect(read('{"overrides":[{"utc_start":100,"prompt":"2","utc_end":400,"completion":"3"}]}')).toEqual(
      only({
        'pricing.prompt[utc_end=400,utc_start=100]': '2',
        'pricing.completion[utc_end=400,utc_start=100]': '3',
      }),
    );
  });

  it('is told apart by its conditions', () => {
    const text = `{"prompt":"1","overrides":[{"min_prompt_tokens":128000,"prompt":"2"},{"min_prompt_tokens":200000,"prompt":"3"}]}`;
    expect(read(text)).toEqual(
      only({
        'pricing.prompt': '1',
        'pricing.prompt[min_prompt_tokens=128000]': '2',
        'pricing.prompt[min_prompt_tokens=200000]': '3',
      }),
    );
  });

  it('yields to a later one with the same condition, price by price, which stands where the later one does', () => {
    const [early, late] = [
      '{"min_prompt_tokens":1,"prompt":"2","completion":"4"}',
      '{"prompt":"3","min_prompt_tokens":1}',
    ];
    expect(
      Object.entries(read(`{"overrides":[${early},{"min_prompt_tokens":2,"prompt":"5"},${late}]}`).prices),
    ).toEqual([
      ['pricing.completion[min_prompt_tokens=1]', '4'],
      ['pricing.prompt[min_prompt_tokens=2]', '5'],
      ['pricing.prompt[min_prompt_tokens=1]', '3'],
    ]);
  });

  it('may have conditions of any form, the order of their keys aside', () => {
    const entry = (conditions: string): string => `{"overrides":[{${conditions},"prompt":"1"}]}`;
    const field = 'pricing.prompt[batch=true,region={"a":1,"b":["eu"]}]';
    expect(read(entry('"region":{"b":["eu"],"a":1},"batch":true'))).toEqual(only({ [field]: '1' }));
    expect(read(entry('"batch":true,"region":{"a":1,"b":["eu"]}'))).toEqual(only({ [field]: '1' }));
  });

  it('has no condition where it is null', () => {
    expect(read('{"overrides":[{"min_prompt_tokens":1,"region":null,"prompt":"1"}]}')).toEqual(
      only({ 'pricing.prompt[min_prompt_tokens=1]': '1' }),
    );
  });

  it('keeps an unknown string that is no amount as a leaf', () => {
    expect(read('{"overrides":[{"min_prompt_tokens":1,"label":"long"}]}')).toEqual({
      prices: {},
      rest: { 'pricing.label[min_prompt_tokens=1]': 'long' },
      issues: [],
    });
  });

  it('is wrong where a known price is none', () => {
    expect(read('{"overrides":[{"min_prompt_tokens":1},{"min_prompt_tokens":2,"prompt":"lots"}]}').issues).toEqual([
      { path: 'pricing.overrides[1].prompt', reason: 'not a decimal amount: "lots"' },
    ]);
  });

  it('is wrong where it is no object, and overrides where they are no array', () => {
    expect(read('{"overrides":[7]}').issues).toEqual([{ path: 'pricing.overrides[0]', reason: 'expected an object' }]);
    expect(read('{"overrides":{"a":1}}').issues).toEqual([{ path: 'pricing.overrides', reason: 'expected an array' }]);
  });

  it('never shares a price with another, whatever its keys contain', () => {
    const nul = read('{"overrides":[{"":1,"a\\u0000b":"1"},{"b\\u0000":1,"a":"2"}]}');
    expect(Object.values(nul.prices)).toEqual(['1', '2']);
    const comma = read('{"overrides":[{"a=1,b":2,"prompt":"1"},{"a":1,"b":2,"prompt":"2"}]}');
    expect(comma.prices).toEqual({ 'pricing.prompt["a=1,b"=2]': '1', 'pricing.prompt[a=1,b=2]': '2' });
  });
});

it('names no two prices with text that SQLite would store as the same', () => {
  const { prices } = read('{"\\ud800":"1","\\ud801":"2","overrides":[{"\\udc00":1,"x":"3"},{"\\udc01":1,"x":"4"}]}');
  expect(prices).toEqual({
    'pricing.\\ud800': '1',
    'pricing.\\ud801': '2',
    'pricing.x[\\udc00=1]': '3',
    'pricing.x[\\udc01=1]': '4',
  });
});
