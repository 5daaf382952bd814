import { expect, test } from 'vitest';
import { suggest } from '../../../src/core/format/suggest.ts';

const IDS = ['openai/gpt-4o', 'openai/gpt-4o-mini', 'anthropic/claude-haiku-4.5', 'x-ai/grok-3', 'x-ai/grok-3-mini'];

test.each([
  ['gpt-4o', ['openai/gpt-4o', 'openai/gpt-4o-mini']],
  ['open-ai/gpt-4o', ['openai/gpt-4o', 'openai/gpt-4o-mini']],
  ['x-ai/grok3', ['x-ai/grok-3']],
  ['anthropic/claude-hiaku-4.5', ['anthropic/claude-haiku-4.5']],
  ['gork3', []],
  ['gork-3', ['x-ai/grok-3']],
  ['haiku', ['anthropic/claude-haiku-4.5']],
  ['GPT-4O-MINI', ['openai/gpt-4o-mini', 'openai/gpt-4o']],
  ['mistral-large', []],
  ['', []],
])('%s may have meant %j', (text, words) => {
  expect(suggest(text, IDS)).toEqual(words);
});
