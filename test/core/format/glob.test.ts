import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { glob } from '../../../src/core/format/glob.ts';

describe('a pattern of model ids', () => {
  test.each([
    ['openai/*', 'openai/gpt-5', true],
    ['openai/*', '~openai/gpt-latest', false],
    ['*claude*', 'anthropic/claude-haiku-4.5', true],
    ['a/b.c', 'a/bxc', false],
    ['a/?', 'a/b', true],
    ['a/?', 'a/bc', false],
    ['a/[x]', 'a/[x]', true],
    ['', '', true],
  ])('%j fits %j: %s', (pattern, id, fits) => {
    expect(glob(pattern)(id)).toBe(fits);
  });

  test('without stars and question marks stands for itself alone', () => {
    const literal = fc.string().filter((text) => !/[*?]/.test(text));
    fc.assert(fc.property(literal, fc.string(), (text, other) => glob(text)(other) === (text === other)));
  });

  test('with many stars is tried in no time', () => {
    expect(glob('**********************b')('a'.repeat(256))).toBe(false);
  });
});
