import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fieldGlob, glob, modelGlob } from '../../../src/core/format/glob.ts';

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
    ['', 'a', false],
    ['A/*', 'a/B', true],
    ['*a?c*d', 'xxabcabcd', true],
    ['*ab', 'aab', true],
    ['a*b*c', 'a/c/b', false],
  ])('%j fits %j: %s', (pattern, id, fits) => {
    expect(glob(pattern)(id)).toBe(fits);
  });

  test('without stars and question marks stands for itself alone', () => {
    const literal = fc.string().filter((text) => !/[*?]/.test(text));
    fc.assert(
      fc.property(literal, fc.string(), (text, other) => {
        expect(glob(text)(other)).toBe(text.toLowerCase() === other.toLowerCase());
      }),
    );
  });

  test('with stars and question marks fits what the same regular expression fits', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?', '/'), maxLength: 8 });
    const regExp = (pattern: string) => new RegExp(`^${pattern.replaceAll('?', '.').replaceAll('*', '.*')}$`, 's');
    fc.assert(
      fc.property(text, text, (pattern, other) => {
        expect(glob(pattern)(other)).toBe(regExp(pattern).test(other));
      }),
    );
  });

  test('with many stars is tried in no time', () => {
    expect(glob('**********************b')('a'.repeat(256))).toBe(false);
    expect(glob(`${'*a'.repeat(100)}b`)('a'.repeat(256))).toBe(false);
  });

  test.each([
    ['gpt-5', 'openai/gpt-5', true],
    ['gpt*', 'openai/gpt-5', true],
    ['*:free', 'a/b:free', true],
    ['openai*', 'openai/gpt-5', true],
    ['openai', 'openai/gpt-5', false],
    ['/gpt-5', 'openai/gpt-5', false],
  ])('of models without a slash also fits the part behind it: %s, %s', (pattern, id, fits) => {
    expect(modelGlob(pattern)(id)).toBe(fits);
  });

  test.each([
    ['prompt', 'pricing.prompt', true],
    ['prompt', 'pricing.prompt[min_prompt_tokens=1]', true],
    ['pricing.*', 'pricing.prompt[min_prompt_tokens=1]', true],
    ['pricing.prompt[min_prompt_tokens=1]', 'pricing.prompt[min_prompt_tokens=1]', true],
    ['pricing.prompt[min_prompt_tokens=1]', 'pricing.prompt', false],
    ['prompt[*', 'pricing.prompt[min_prompt_tokens=1]', true],
    ['context_length', 'top_provider.context_length', false],
  ])('of fields leaves pricing and conditions off at will: %s, %s', (pattern, field, fits) => {
    expect(fieldGlob(pattern)(field)).toBe(fits);
  });
});
