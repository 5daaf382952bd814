import fc from 'fast-check';
import { expect, test } from 'vitest';
import { plainDocument as plain } from '../../../src/core/reading/plainDocument.ts';

test.each([
  ['{"name":"A", "name":"B"}', '{"name":"B"}'],
  ['{"name":"A","n\\u0061me":"B"}', '{"name":"B"}'],
  ['{"a":{"x":1,"x":2},"b":[{"y":1,"y":1}]}', '{"a":{"x":2},"b":[{"y":1}]}'],
  ['{"name":"half \\ud800 a character"}', '{"name":"half \\\\ud800 a character"}'],
  ['{"name":"\\\\ud800","other":"\\\\\\uDC00"}', '{"name":"\\\\ud800","other":"\\\\\\\\udc00"}'],
  ['{"a":1,"a":12345678901234567890.10}', '{"a":12345678901234567890.10}'],
])('%s is written anew: %s', (text, expected) => {
  expect(plain(text)).toBe(expected);
  expect(plain(plain(text))).toBe(plain(text));
});

test('what leaves no doubt stays as upstream wrote it', () => {
  const pair = '{"name":"\\ud83d\\ude00"}';
  for (const text of [pair, '{ "name" : "a \\"b\\": c", "x": [{"y":1},{"y":2}] }', '{"a":1e400,"b":"{\\"c\\":1}"}'])
    expect(plain(text)).toBe(text);
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (document) => {
      const text = JSON.stringify(document);
      expect(plain(text)).toBe(text);
    }),
  );
});
