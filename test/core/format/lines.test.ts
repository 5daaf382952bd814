import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cutWords, wrapLines } from '../../../src/core/format/lines.ts';

describe('lines too long for a terminal', () => {
  test.each([
    ['fits', 10, 'fits'],
    ['one two three', 8, 'one two\n  three'],
    ['  name    $1.00 -> $2.00  (a note)', 24, '  name    $1.00 -> $2.00\n    (a note)'],
    ['see https://example.org/a/long/address now', 20, 'see\nhttps://example.org/a/long/address\n  now'],
    ['      does https://example.org/12', 22, '      does\nhttps://example.org/12'],
    ['\u001b[2mone two three\u001b[22m', 8, '\u001b[2mone two\n  three\u001b[22m'],
    ['\u001b[32m  + one two three\u001b[39m', 11, '\u001b[32m  + one two\n    three\u001b[39m'],
    ['\u001b[31m  - one two three\u001b[39m', 11, '\u001b[31m  - one two\n    three\u001b[39m'],
    ['up \u001b[31m▼ -20 %\u001b[39m', 9, 'up\n  \u001b[31m▼ -20 %\u001b[39m'],
    ['up $1 -> $2 /M  v -20 %', 19, 'up $1 -> $2 /M\n  v -20 %'],
    ['for \u001b[1m$1.30\u001b[22m /M', 11, 'for\n  \u001b[1m$1.30\u001b[22m /M'],
    ['通义千问 三代 最大', 13, '通义千问 三代\n  最大'],
    ['  model-ledger show openai/gpt-5', 12, '  model-ledger show openai/gpt-5'],
    ['prompt  $0.325 -> $1.30 /M  ▼ -20 %', 25, 'prompt  $0.325 ->\n  $1.30 /M  ▼ -20 %'],
    ['costs $1.00 /image, and 5 % more', 10, 'costs\n$1.00 /image,\n  and 5 %\n  more'],
    ['a /b c %d', 4, 'a /b\n  c\n  %d'],
    ['a\n\n  b c d', 4, 'a\n\n  b\n   c\n   d'],
  ])('%j at %i', (text, width, expected) => {
    expect(wrapLines(text, width)).toBe(expected);
  });

  test('have the same words in the same order, none broken, in lines no longer than the longest of them needs', () => {
    const word = fc.stringMatching(/^[a-z]{1,15}$/);
    const text = fc.array(word, { minLength: 1, maxLength: 30 }).map((words) => words.join(' '));
    fc.assert(
      fc.property(text, fc.integer({ min: 20, max: 80 }), (line, width) => {
        const lines = wrapLines(line, width).split('\n');
        expect(lines.map((one) => one.trimStart()).join(' ')).toBe(line);
        for (const one of lines) expect(one.length).toBeLessThanOrEqual(width);
      }),
    );
  });
});

test.each([
  ['+tools +seed +stop', 18, '+tools +seed +stop'],
  ['+tools +seed +stop', 17, '+tools +seed…'],
  ['+tools +seed +stop', 13, '+tools +seed…'],
  ['+tools +seed +stop', 12, '+tools…'],
  ['+structured_outputs', 12, '+structured…'],
  ['+\u{1f600}\u{1f600}', 3, '+…'],
  ['+\u{1f600}\u{1f600}', 4, '+\u{1f600}…'],
])('%j cut to %i', (text, width, expected) => {
  expect(cutWords(text, width, false)).toBe(expected);
});
