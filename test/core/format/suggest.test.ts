import fc from 'fast-check';
import { expect, test } from 'vitest';
import { edits, suggest } from '../../../src/core/format/suggest.ts';

const IDS = ['openai/gpt-4o', 'openai/gpt-4o-mini', 'anthropic/claude-haiku-4.5', 'x-ai/grok-3', 'x-ai/grok-3-mini'];

test.each([
  ['gpt-4o', ['openai/gpt-4o', 'openai/gpt-4o-mini']],
  ['open-ai/gpt-4o', ['openai/gpt-4o', 'openai/gpt-4o-mini']],
  ['x-ai/grok3', ['x-ai/grok-3']],
  ['anthropic/claude-hiaku-4.5', ['anthropic/claude-haiku-4.5']],
  ['haiku', ['anthropic/claude-haiku-4.5']],
  ['GPT-4O-MINI', ['openai/gpt-4o-mini', 'openai/gpt-4o']],
  ['mistral-large', []],
  ['', []],
])('%s may have meant %j', (text, words) => {
  expect(suggest(text, IDS)).toEqual(words);
});

test('a swap of neighbours is one edit', () => {
  expect([edits('ab', 'ba', 3), edits('abc', 'abc', 3), edits('abc', '', 3), edits('abcdef', '', 3)]).toEqual([
    1, 0, 3, 4,
  ]);
});

test('edits are the same both ways, and none only between equals', () => {
  const word = fc.string({ maxLength: 8 });
  fc.assert(
    fc.property(word, word, (a, b) => {
      expect(edits(a, b, 9)).toBe(edits(b, a, 9));
      expect(edits(a, b, 9) === 0).toBe(a === b);
    }),
  );
});
