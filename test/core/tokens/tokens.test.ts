import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { countTokens as referenceCl100k } from 'gpt-tokenizer/encoding/cl100k_base';
import { countTokens as referenceO200k } from 'gpt-tokenizer/encoding/o200k_base';
import { beforeAll, describe, expect, test } from 'vitest';
import type { TokenCounter } from '../../../src/core/tokens/bytePairs.ts';
import { readCountedRequests } from '../../../src/core/tokens/calibrationLog.ts';
import { estimate } from '../../../src/core/tokens/estimate.ts';
import { familyOf } from '../../../src/core/tokens/families.ts';
import { readTexts } from '../../../src/core/tokens/messages.ts';
import { readPassages } from '../../../src/core/tokens/passages.ts';
import type { TextKind } from '../../../src/core/tokens/ratios.ts';
import { loadVocabulary } from '../../../src/tokenizers/vocabulary.ts';

const CORPUS = join(import.meta.dirname, 'corpus');
const read = (name: string): string => readFileSync(join(CORPUS, `${name}.txt`), 'utf8');

/** What the published tokenizers make of each text, by programs other than ours; see docs/tokenizers.md. */
const COUNTS: Readonly<Record<string, Readonly<Record<string, number>>>> = JSON.parse(
  readFileSync(join(CORPUS, 'counts.json'), 'utf8'),
);
const NAMES = Object.keys(COUNTS);

let o200k: TokenCounter;
let cl100k: TokenCounter;
beforeAll(async () => {
  const [first, second] = await Promise.all([loadVocabulary('o200k'), loadVocabulary('cl100k')]);
  if (first === undefined || second === undefined) throw new Error('gpt-tokenizer is a development dependency');
  [o200k, cl100k] = [first, second];
});

describe('a count by a known vocabulary', () => {
  test.each(NAMES)('of %s is what the reference counts', (name) => {
    const text = read(name);
    expect([o200k.count(text), cl100k.count(text)]).toEqual([COUNTS[name]?.o200k, COUNTS[name]?.cl100k]);
  });

  test('of any text is what the reference counts, special tokens taken for text', () => {
    const plain = { disallowedSpecial: new Set<string>() };
    const piece = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 60 }),
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc.constantFrom(
        ' ',
        '\n',
        '\r\n',
        '  \n\t',
        '<|endoftext|>',
        "it's",
        'İ',
        '漢字',
        '🧑‍🚀',
        '1234567',
        '....',
        'a'.repeat(300),
      ),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const text = pieces.join('');
        expect(o200k.count(text)).toBe(referenceO200k(text, plain));
        expect(cl100k.count(text)).toBe(referenceCl100k(text, plain));
      }),
    );
  });

  test.each(['a', ' ', '漢字', '=', 'ab', 'é'])('of a long run of %j is what the reference counts', (unit) => {
    const text = `x${unit.repeat(700)}y`;
    expect(o200k.count(text)).toBe(referenceO200k(text));
  });

  test('of letters without end takes time in proportion: the square of it would be minutes', () => {
    expect([o200k.count('a'.repeat(400_000)), o200k.count('漢字'.repeat(100_000))]).toEqual([50_000, 200_000]);
  });

  test('in steps is the same count', () => {
    const text = NAMES.map(read).join('\n').repeat(30);
    const steps = o200k.countInSteps(text);
    let step = steps.next();
    let told = 0;
    for (; step.done !== true; step = steps.next()) told += 1;
    expect(step.value).toBe(o200k.count(text));
    expect(told).toBeGreaterThan(0);
  });
});

const KINDS: Readonly<Record<string, TextKind>> = {
  ...{ english: 'english', german: 'latin', french: 'latin', spanish: 'latin', polish: 'latin', russian: 'cyrillic' },
  ...{ arabic: 'arabic', hindi: 'devanagari', chinese: 'han', japanese: 'japanese', korean: 'korean', greek: 'greek' },
  ...{ hebrew: 'hebrew', thai: 'thai', python: 'code', json: 'json', markdown: 'markup', shell: 'code' },
};

test.each(Object.entries(KINDS))('%s is told to be %s', (name, kind) => {
  expect([...readPassages(read(name))].map(({ kinds }) => kinds)).toEqual([[kind]]);
});

describe('an estimate', () => {
  const models = [
    ['meta-llama/llama-3.3-70b-instruct', 'Llama3', 'llama3'],
    ['gryphe/mythomax-l2-13b', 'Llama2', 'llama2'],
    ['qwen/qwen3-32b', 'Qwen3', 'qwen3'],
    ['deepseek/deepseek-v3.2', 'DeepSeek', 'deepseek_v3'],
    ['google/gemini-2.5-pro', 'Gemini', 'gemini'],
    ['google/gemma-3-27b-it', 'Gemini', 'gemma3'],
    ['cohere/command-r-plus-08-2024', 'Cohere', 'command_r_plus'],
    ['mistralai/mistral-nemo', 'Mistral', 'mistral_nemo'],
  ] as const;

  test.each(models)(
    'for %s (%s) holds what its tokenizer makes of texts that did not make the table',
    (id, tokenizer, key) => {
      const family = familyOf(id, tokenizer);
      if (family.kind !== 'like') throw new Error('no estimate is made for it');
      const outside = NAMES.filter((name) => {
        const passages = [...readPassages(read(name))].map(({ text, kinds }) => {
          const tokens = o200k.count(text);
          return { kinds, base: { low: tokens, high: tokens } };
        });
        const { low, high } = estimate(family, passages);
        const measured = COUNTS[name]?.[key] ?? 0;
        return measured < low || measured > high;
      });
      expect(outside).toEqual([]);
    },
  );
});

describe('the tokenizer of a model', () => {
  test.each([
    ['openai/gpt-4o-mini', 'GPT', { kind: 'known', vocabulary: 'o200k' }],
    ['openai/gpt-5.6-luna', 'GPT', { kind: 'known', vocabulary: 'o200k' }],
    ['openai/o4-mini-high', 'GPT', { kind: 'known', vocabulary: 'o200k' }],
    ['openai/gpt-oss-120b:free', 'GPT', { kind: 'known', vocabulary: 'o200k' }],
    ['openai/gpt-4-turbo', 'GPT', { kind: 'known', vocabulary: 'cl100k' }],
    ['openai/gpt-4', 'GPT', { kind: 'known', vocabulary: 'cl100k' }],
    ['openai/gpt-3.5-turbo-0613', 'GPT', { kind: 'known', vocabulary: 'cl100k' }],
    ['openrouter/auto', 'Router', { kind: 'unknown', why: 'a router, whose model is chosen per request' }],
    ['z-ai/glm-5', 'Other', { kind: 'unknown', why: 'nothing is known of the tokenizer "Other"' }],
    ['acme/x', null, { kind: 'unknown', why: 'upstream names no tokenizer' }],
    ['acme/x', 'constructor', { kind: 'unknown', why: 'nothing is known of the tokenizer "constructor"' }],
  ] as const)('%s (%s)', (id, tokenizer, family) => {
    expect(familyOf(id, tokenizer)).toEqual(family);
  });

  test('of an alias is that of its target', () => {
    expect(familyOf('~openai/gpt-latest', 'Router', 'openai/gpt-5.5')).toEqual({ kind: 'known', vocabulary: 'o200k' });
    expect(familyOf('~openai/gpt-latest', 'Router')).toMatchObject({ kind: 'unknown' });
  });

  test('of a Claude from 4.7 on is another than before', () => {
    const parts = (id: string) => familyOf(id, 'Claude');
    expect(parts('anthropic/claude-opus-4.7')).toEqual(parts('anthropic/claude-sonnet-5'));
    expect(parts('anthropic/claude-opus-4.6')).toEqual(parts('anthropic/claude-3-haiku'));
    expect(parts('anthropic/claude-opus-4.6')).not.toEqual(parts('anthropic/claude-opus-4.7'));
  });
});

describe('the texts of a chat', () => {
  const user = { role: 'user', content: 'hi' };

  test('are those of its messages, after the system prompt that stands beside them', () => {
    const parts = [{ type: 'text', text: 'a' }, { text: 'b' }];
    const messages = [user, { role: 'assistant', content: null, tool_calls: [] }, { role: 'tool', content: parts }];
    expect(readTexts(JSON.stringify(messages), 'x')).toEqual(['hi', 'a', 'b']);
    expect(readTexts(JSON.stringify({ system: 'be brief', tools: [], messages }), 'x')).toEqual([
      ...['be brief', 'hi', 'a', 'b'],
    ]);
    expect(readTexts(JSON.stringify({ system: parts, messages: [user] }), 'x')).toEqual(['a', 'b', 'hi']);
  });

  test.each([
    [[user, { role: 'assistant', content: null, tool_calls: [{ id: 'c' }] }], 'message 2 of x has tool_calls'],
    [[{ ...user, function_call: { name: 'f' } }], 'message 1 of x has function_call'],
    [{ messages: [user], tools: [{ name: 'f' }] }, 'x has tools'],
    [{ messages: [user], functions: [{ name: 'f' }] }, 'x has functions'],
    [{ messages: [user], system: [{ type: 'image' }] }, 'the system prompt of x has a part that is no text'],
  ])('are not counted without the rest: %j', (chat, expected) => {
    expect(() => readTexts(JSON.stringify(chat), 'x')).toThrow(expected);
  });

  test('teach nothing where there is more than texts', () => {
    const record = { model: 'a/b', prompt_tokens: 9, messages: [user] };
    const records = [record, { ...record, tools: [{ name: 'f' }] }, { ...record, system: 'be brief' }];
    const reading = readCountedRequests(records.map((one) => JSON.stringify(one)).join('\n'));
    let step = reading.next();
    while (step.done !== true) step = reading.next();
    expect(step.value.requests.map(({ line, text }) => [line, text])).toEqual([
      [1, 'hi'],
      [3, 'be brief\nhi'],
    ]);
  });
});
