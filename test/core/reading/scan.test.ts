import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { NotJson, skipSpace, skipString, skipValue } from '../../../src/core/reading/scan.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

test('any JSON value ends where its text ends, whatever follows', () => {
  const follower = fc.constantFrom(',', ']', '}', ' ', '\n', ',"x":1}', '');
  fc.assert(
    fc.property(fc.json(), follower, fc.nat({ max: 3 }), (json, after, before) => {
      const text = bytes(`${'['.repeat(before)}${json}${after}`);
      expect(skipValue(text, before)).toBe(before + bytes(json).length);
    }),
    { numRuns: 200 },
  );
});

test.each([
  ['"a"', 3],
  ['"a\\"b" ', 6],
  ['"\\\\"x', 4],
  ['"{["', 4],
  ['{"a":"}"}]', 9],
  ['[[],[{}]],', 9],
  ['-1.5e+7,', 7],
  ['true]', 4],
])('the value at the beginning of %s ends at %i', (text, end) => {
  expect(skipValue(bytes(text), 0)).toBe(end);
});

describe('bytes that end too early', () => {
  it.each(['"a', '"a\\"', '"a\\', '{"a":1', '[1,[2]', '{"a":"}'])('%s is found out at their end', (text) => {
    const found = (): number => skipValue(bytes(text), 0);
    expect(found).toThrow(NotJson);
    expect(found).toThrow(`not JSON at byte ${text.length}`);
  });
});

test.each(['', ',', 'N', ':', '\u00e9'])('%j is no beginning of a value', (text) => {
  expect(() => skipValue(bytes(text), 0)).toThrow('not JSON at byte 0');
});

test('a string must begin with its quote', () => {
  expect(() => skipString(bytes('a"'), 0)).toThrow('not JSON at byte 0');
});

test('only the white space of JSON is skipped', () => {
  expect(skipSpace(bytes(' \t\r\n x'), 0)).toBe(5);
  expect(skipSpace(bytes('\u00a0'), 0)).toBe(0);
});
