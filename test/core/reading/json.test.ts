import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import {
  exactNumber,
  isDeeper,
  isObject,
  jsonText,
  numberText,
  parseJson,
  sameJson,
} from '../../../src/core/reading/json.ts';

describe('a number that a double cannot hold', () => {
  it.each([
    '9007199254740993',
    '-9007199254740993',
    '0.12345678901234567890123',
    '1e400',
    '-1e400',
    '1e-400',
    '1.00000000000000000001',
    '100000000000000000000000001',
  ])('%s keeps its text', (text) => {
    expect(numberText(parseJson(text))).toBe(text);
    expect(jsonText(parseJson(`{"a":[${text}]}`))).toBe(`{"a":[${text}]}`);
  });

  it('cannot be forged: an object of upstream stays one, whatever its key', () => {
    for (const key of ['\\u0000exact', '\\u0000\\u0065xact', '\\u0000\\u0000exact']) {
      const forged = parseJson(`{"${key}":"1","n":9007199254740993}`);
      expect([key, isObject(parseJson(`{"${key}":"1"}`)), isObject(forged)]).toEqual([key, true, true]);
      expect(exactNumber(parseJson(`{"${key}":"1"}`))).toBe(undefined);
    }
    expect(parseJson('{"a":"\\u0000exact","b\\\\u0000":"\\\\u0000"}')).toEqual({
      a: '\u0000exact',
      'b\\u0000': '\\u0000',
    });
  });

  it('of three hundred thousand zeros is read at once', () => {
    const text = `1${'0'.repeat(300_000)}1`;
    expect(numberText(parseJson(text)) === text).toBe(true);
  });

  it('is not an object', () => {
    expect(isObject(parseJson('9007199254740993'))).toBe(false);
  });

  it('leaves digits inside strings alone', () => {
    const text = '{"9007199254740993":"1e400 \\" 9007199254740993","n":9007199254740993}';
    expect(jsonText(parseJson(text))).toBe(text);
  });

  it('differs from its neighbour', () => {
    expect(sameJson(parseJson('9007199254740993'), parseJson('9007199254740992'))).toBe(false);
  });
});

test.each([
  ['9007199254740992', 9007199254740992],
  ['1.0', 1],
  ['1e2', 100],
  ['1E+2', 100],
  ['0.1', 0.1],
  ['1e-7', 1e-7],
  ['-0', -0],
  ['0e400', 0],
])('%s is the double that says the same', (text, value) => {
  expect(parseJson(text)).toBe(value);
});

test('an object cannot pass for a number by its key', () => {
  const forged = parseJson('{"\\u0000exact":"</script>"}');
  expect(exactNumber(forged)).toBeUndefined();
  expect(jsonText(forged)).toBe('{"\\u0000exact":"</script>"}');
});

test.each(['{', '', 'NaN', '[1,]', "{'a':1}", '01', '1.e400', '[1e400,]'])('%j is not JSON', (text) => {
  expect(() => parseJson(text)).toThrow(SyntaxError);
});

test('text written from a value is the JSON of that value', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(JSON.parse(jsonText(value))).toEqual(JSON.parse(JSON.stringify(value)));
      expect(jsonText(parseJson(JSON.stringify(value)))).toBe(JSON.stringify(JSON.parse(JSON.stringify(value))));
    }),
    { numRuns: 200 },
  );
});

test('the order of keys does not count, that of elements does', () => {
  expect(sameJson(parseJson('{"a":1,"b":[{"c":2,"d":3}]}'), parseJson('{"b":[{"d":3,"c":2}],"a":1}'))).toBe(true);
  expect(sameJson(parseJson('[1,2]'), parseJson('[2,1]'))).toBe(false);
});

test('a null and an absent key are not the same value', () => {
  expect(sameJson(parseJson('{"a":null}'), parseJson('{}'))).toBe(false);
});

test('depth is counted in objects and arrays', () => {
  const text = '[{"a":[]}]';
  expect([1, 2, 3].map((levels) => isDeeper(parseJson(text), text, levels))).toEqual([true, true, false]);
});

test('depth does not count a number that only text can hold', () => {
  const text = '[[0.12345678901234567890]]';
  expect([1, 2].map((levels) => isDeeper(parseJson(text), text, levels))).toEqual([true, false]);
});

test('__proto__ is a key like any other', () => {
  const value = parseJson('{"__proto__":{"polluted":1}}');
  expect(jsonText(value)).toBe('{"__proto__":{"polluted":1}}');
  expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
});
