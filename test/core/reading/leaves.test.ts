import { describe, expect, it } from 'vitest';
import { isObject, parseJson } from '../../../src/core/reading/json.ts';
import { leafText, readLeaves } from '../../../src/core/reading/leaves.ts';

function leavesOf(text: string): Record<string, unknown> {
  const document = parseJson(text);
  if (!isObject(document)) throw new TypeError('not an object');
  return Object.fromEntries(readLeaves(document));
}

describe('leaves', () => {
  it('stand at the end of every object', () => {
    expect(leavesOf('{"a":{"b":{"c":1}},"d":"x"}')).toEqual({ 'a.b.c': 1, d: 'x' });
  });

  it('are whole where they are arrays', () => {
    expect(leavesOf('{"a":[{"b":1},[]],"c":[]}')).toEqual({ a: [{ b: 1 }, []], c: [] });
  });

  it('are absent where they are null', () => {
    expect(leavesOf('{"a":null,"b":{"c":null}}')).toEqual({});
  });

  it('are absent in an empty object', () => {
    expect(leavesOf('{"a":{},"b":{"c":{}}}')).toEqual({});
  });

  it('do not count id, pricing and benchmarks at the top, but below it', () => {
    const text = '{"id":"x","pricing":{"prompt":"1"},"benchmarks":{"s":1},"a":{"id":1,"pricing":2,"benchmarks":3}}';
    expect(leavesOf(text)).toEqual({ 'a.id': 1, 'a.pricing': 2, 'a.benchmarks': 3 });
  });

  it('never collide, whatever dots and quotes are in keys', () => {
    const text = '{"a":{"b":1,"":2},"a.b":3,"a.":4,"\\"a.b\\"":5,"":{"a":6},".a":7}';
    expect(leavesOf(text)).toEqual({
      'a.b': 1,
      'a.': 2,
      '"a.b"': 3,
      '"a."': 4,
      '"\\"a.b\\""': 5,
      '.a': 6,
      '".a"': 7,
    });
  });

  it('may be called __proto__ and constructor', () => {
    const leaves = leavesOf('{"__proto__":{"x":1},"constructor":{"prototype":2}}');
    expect(Object.entries(leaves)).toEqual([
      ['__proto__.x', 1],
      ['constructor.prototype', 2],
    ]);
  });

  it('have paths that differ as UTF-8 too', () => {
    expect(leavesOf('{"\\ud800":1,"\\ud801":2}')).toEqual({ '\\ud800': 1, '\\ud801': 2 });
  });

  it('keep numbers that only text can hold', () => {
    expect(leafText(leavesOf('{"a":9007199254740993}').a)).toBe('9007199254740993');
  });
});

describe('the text of a leaf', () => {
  it.each([
    ['a string as it is', 'x "y"\n', 'x "y"\n'],
    ['a number as JSON', 1.5, '1.5'],
    ['a boolean as JSON', false, 'false'],
    ['an array as compact JSON', ['a', { b: 1 }], '["a",{"b":1}]'],
    ['an empty string as itself', '', ''],
    ['a lone surrogate as its escape', 'x\ud800y', 'x\\ud800y'],
    ['a pair of surrogates as its character', '\u{1f600}', '\u{1f600}'],
  ])('is %s', (_, value, text) => {
    expect(leafText(value)).toBe(text);
  });
});
