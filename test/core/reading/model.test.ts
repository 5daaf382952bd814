import { describe, expect, it } from 'vitest';
import { limitsOf } from '../../../src/core/reading/limits.ts';
import { MAX_DEPTH } from '../../../src/core/reading/model.ts';
import { documentOf, entryOf, modelOf } from '../documents.ts';

const NONE = {
  contextLength: null,
  topProviderContextLength: null,
  maxCompletionTokens: null,
  isModerated: null,
  requestPromptTokens: null,
  requestCompletionTokens: null,
};

function issuesOf(document: unknown): string[] {
  return entryOf(document).issues.map(({ path, reason }) => `${path}: ${reason}`);
}

describe('a model', () => {
  it('needs an id and a pricing and nothing else', () => {
    const { id, prices, leaves } = modelOf({ id: 'a/b', pricing: {} });
    expect({ id, prices: [...prices], leaves: [...leaves] }).toEqual({ id: 'a/b', prices: [], leaves: [] });
  });

  it('may be null in all else', () => {
    const nulls = ['name', 'created', 'context_length', 'architecture', 'top_provider', 'per_request_limits'];
    const document = Object.fromEntries([...nulls, 'supported_parameters', 'links'].map((key) => [key, null]));
    expect([...modelOf({ id: 'a/b', pricing: {}, ...document }).leaves]).toEqual([]);
  });

  it('keeps unknown keys and values as leaves', () => {
    const document = { id: 'a/b', pricing: {}, tone: { voice: 'deep' }, architecture: { modality: 'smell->taste' } };
    expect(Object.fromEntries(modelOf(document).leaves)).toEqual({
      'tone.voice': 'deep',
      'architecture.modality': 'smell->taste',
    });
  });

  it('keeps its exact source text', () => {
    const text = '{ "id":"a/b","pricing":{ "prompt":"1.0"},"x":1,"x":2 }';
    expect(entryOf(text).text).toBe(text);
  });

  it('takes the last of repeated keys', () => {
    expect(Object.fromEntries(modelOf('{"id":"a/b","pricing":{},"x":1,"x":2}').leaves)).toEqual({ x: 2 });
  });

  it('keeps __proto__ and constructor as keys and pollutes nothing', () => {
    const model = modelOf(
      '{"id":"a/b","pricing":{},"__proto__":{"isBad":true},"constructor":{"prototype":{"isBad":1}}}',
    );
    expect([...model.leaves]).toEqual([
      ['__proto__.isBad', true],
      ['constructor.prototype.isBad', 1],
    ]);
    expect(Object.hasOwn(Object.prototype, 'isBad')).toBe(false);
  });

  it.each(['__proto__', 'constructor', 'a', '~a/b-latest', 'a/b:free', 'ä/模型'])('may be called %s', (id) => {
    expect(modelOf({ id, pricing: {} }).id).toBe(id);
  });
});

describe('an entry that cannot be believed', () => {
  it.each([
    ['no object', 7, null, [': Invalid input: expected object, received number']],
    ['null', null, null, [': Invalid input: expected object, received null']],
    ['a list', [], null, [': Invalid input: expected object, received array']],
    ['without an id', { pricing: {} }, null, ['id: Invalid input: expected string, received undefined']],
    [
      'with an id under __proto__',
      '{"__proto__":{"id":"x"},"pricing":{}}',
      null,
      ['id: Invalid input: expected string, received undefined'],
    ],
    ['without pricing', { id: 'a/b' }, 'a/b', ['pricing: Invalid input: expected object, received undefined']],
    [
      'with a list as pricing',
      { id: 'a/b', pricing: [] },
      'a/b',
      ['pricing: Invalid input: expected object, received array'],
    ],
    [
      'with a word as a price',
      { id: 'a/b', pricing: { prompt: 'free' } },
      'a/b',
      ['pricing.prompt: not a decimal amount: "free"'],
    ],
    [
      'with a fraction of a token',
      documentOf('a/b', { context_length: 1.5 }),
      'a/b',
      ['context_length: Invalid input: expected int, received number'],
    ],
    [
      'with fewer than no tokens',
      documentOf('a/b', { context_length: -1 }),
      'a/b',
      ['context_length: Too small: expected number to be >=0'],
    ],
    [
      'with a word as a limit',
      documentOf('a/b', { top_provider: { max_completion_tokens: 'many' } }),
      'a/b',
      ['top_provider.max_completion_tokens: Invalid input: expected number, received string'],
    ],
    [
      'with a number as moderation',
      documentOf('a/b', { top_provider: { is_moderated: 1 } }),
      'a/b',
      ['top_provider.is_moderated: Invalid input: expected boolean, received number'],
    ],
    [
      'with a list as its provider',
      documentOf('a/b', { top_provider: [] }),
      'a/b',
      ['top_provider: Invalid input: expected object, received array'],
    ],
  ])('is one %s', (_, document, id, issues) => {
    const entry = entryOf(document);
    expect({ id: entry.id, model: entry.model, issues: issuesOf(document) }).toEqual({ id, model: null, issues });
  });

  it.each(['', 'a\u0000b', 'a\nb', 'a\u202eb', 'a\u2028b', '\ud800', 'x'.repeat(257)])('is one called %j', (id) => {
    const entry = entryOf({ id, pricing: {} });
    expect({ id: entry.id, issues: issuesOf({ id, pricing: {} }) }).toEqual({
      id: null,
      issues: ['id: expected 1 to 256 printable characters'],
    });
  });

  it.each(['1e400', '9007199254740993'])('is one with %s tokens of context', (tokens) => {
    const { id, model } = entryOf(`{"id":"a/b","pricing":{},"context_length":${tokens}}`);
    expect({ id, model }).toEqual({ id: 'a/b', model: null });
  });

  it('is one nested too deep, however deep', () => {
    const nested = (levels: number): string =>
      `{"id":"a/b","pricing":{},"x":${'['.repeat(levels)}${']'.repeat(levels)}}`;
    expect(entryOf(nested(MAX_DEPTH - 1)).issues).toEqual([]);
    const issues = [{ path: '', reason: `nested more than ${MAX_DEPTH} levels deep` }];
    for (const levels of [MAX_DEPTH, 100_000]) {
      const { id, model, issues: found } = entryOf(nested(levels));
      expect({ id, model, found }).toEqual({ id: 'a/b', model: null, found: issues });
    }
  });

  it('tells all that is wrong with it', () => {
    expect(issuesOf({ id: 'a/b', pricing: { prompt: '', completion: 'x' } })).toEqual([
      'pricing.prompt: not a decimal amount: ""',
      'pricing.completion: not a decimal amount: "x"',
    ]);
  });
});

describe('limits', () => {
  it('are read from where upstream keeps them', () => {
    const document = documentOf('a/b', {
      context_length: 1,
      top_provider: { context_length: 2, max_completion_tokens: 3, is_moderated: false },
      per_request_limits: { prompt_tokens: '4', completion_tokens: 5 },
    });
    expect(limitsOf(modelOf(document))).toEqual({
      contextLength: 1,
      topProviderContextLength: 2,
      maxCompletionTokens: 3,
      isModerated: false,
      requestPromptTokens: 4,
      requestCompletionTokens: 5,
    });
  });

  it('are null where upstream names none, never zero', () => {
    expect(limitsOf(modelOf({ id: 'a/b', pricing: {}, top_provider: { max_completion_tokens: null } }))).toEqual(NONE);
  });

  it('are not read from a key with a dot', () => {
    expect(limitsOf(modelOf({ id: 'a/b', pricing: {}, 'top_provider.context_length': 7 }))).toEqual(NONE);
  });
});
