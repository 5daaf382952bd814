import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isObject, parseJson } from '../../../src/core/reading/json.ts';
import { plainDocument } from '../../../src/core/reading/plainDocument.ts';

function plain(text: string): string {
  const document = parseJson(text);
  if (!isObject(document)) throw new TypeError('an object');
  return plainDocument(text, document);
}

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
  for (const text of ['{ "name" : "a \\"b\\": c", "x": [{"y":1},{"y":2}] }', '{"a":1e400,"b":"{\\"c\\":1}"}'])
    expect(plain(text)).toBe(text);
  // Whole characters that are written as two escapes are looked at, and only written shorter.
  expect(plain('{"name":"\\ud83d\\ude00"}')).toBe('{"name":"\u{1f600}"}');
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (document) => {
      const text = JSON.stringify(document);
      expect(plain(text)).toBe(text);
    }),
  );
});
