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

  it.each(['pricing', 'architecture', 'created', 'name', 'supported_parameters', 'id'])(
    'is one with a number that only text can hold as its %s',
    (key) => {
      const digits = '1'.repeat(40);
      const text = `{"id":"a/b","pricing":{},"${key}":${digits}}`;
      const issues = [{ path: key, reason: `${digits} is not a number that can stand here` }];
      expect({ model: entryOf(text).model, issues: entryOf(text).issues }).toEqual({ model: null, issues });
    },
  );

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

  it.each([1.5, -1, 'Infinity', 'many', '-1', '1.5', '', ' 7', '9'.repeat(16), true, ['7'], { tokens: 7 }, 2 ** 53])(
    'are null where upstream says %j, which is no count',
    (limit) => {
      const said = { context_length: limit, max_completion_tokens: limit, is_moderated: 'no' };
      const requests = { prompt_tokens: limit, completion_tokens: limit };
      const document = documentOf('a/b', { context_length: limit, top_provider: said, per_request_limits: requests });
      expect([issuesOf(document), limitsOf(modelOf(document))]).toEqual([[], NONE]);
    },
  );

  it.each(['1e400', '9007199254740993'])('are null where a number cannot hold %s tokens', (tokens) => {
    const { model, issues } = entryOf(`{"id":"a/b","pricing":{},"context_length":${tokens}}`);
    expect([issues, model && limitsOf(model)]).toEqual([[], NONE]);
  });

  it('are counts also where they are written as text', () => {
    const document = documentOf('a/b', {
      context_length: '8192',
      per_request_limits: { prompt_tokens: '2871318', completion_tokens: '0' },
    });
    expect(limitsOf(modelOf(document))).toEqual({
      ...NONE,
      contextLength: 8192,
      requestPromptTokens: 2871318,
      requestCompletionTokens: 0,
    });
  });

  it.each(['Infinity', [], 7, true])('may be %j altogether', (limits) => {
    const document = documentOf('a/b', { context_length: 1, top_provider: limits, per_request_limits: limits });
    expect([issuesOf(document), limitsOf(modelOf(document))]).toEqual([[], { ...NONE, contextLength: 1 }]);
  });
});
