import { describe, expect, test } from 'vitest';
import { answer, model, NAMES, text, tier, WINDOWS } from './answers.ts';

describe('the sample', () => {
  test('is nine answers over five weeks, named by their instants', () => {
    expect(NAMES).toEqual([
      '2026-05-01T06-00-00Z.json',
      '2026-05-02T06-00-00Z.json',
      '2026-05-13T06-00-00Z.json',
      '2026-05-16T06-00-00Z.json',
      '2026-05-20T06-00-00Z.json',
      '2026-05-24T02-30-00Z.json',
      '2026-05-28T02-30-00Z.json',
      '2026-06-01T02-30-00Z.json',
      '2026-06-05T02-30-00Z.json',
    ]);
  });

  test('each answer has the shape of upstream, on one line, and counts its models rightly', () => {
    const facts = NAMES.map((_, index) => {
      const { data, total_count } = answer(index + 1);
      return [total_count, data.length, new Set(data.map((entry) => entry.id)).size, text(index + 1).includes('\n')];
    });
    expect(facts).toEqual([41, 41, 43, 41, 42, 42, 42, 20, 42].map((count) => [count, count, count, false]));
  });

  test('each file is small', () => {
    expect(NAMES.map((_, index) => Buffer.byteLength(text(index + 1))).filter((bytes) => bytes > 43_000)).toEqual([]);
  });

  test('no model is listed before upstream made it', () => {
    const early = NAMES.flatMap((name, index) => {
      const instant = Date.parse(name.replace(/T(..)-(..)-(..)Z\.json$/, 'T$1:$2:$3Z')) / 1000;
      return answer(index + 1).data.filter((entry) => entry.created > instant);
    });
    expect(early).toEqual([]);
  });
});

describe('the baseline', () => {
  test('has an embedding model, beside those that write text', () => {
    const outputs = answer(1).data.map((entry) => [entry.id, entry.architecture.output_modalities.join()]);
    expect(outputs.filter(([, output]) => output !== 'text')).toEqual([
      ['openai/text-embedding-3-small', 'embeddings'],
      ['google/gemini-2.5-flash-image', 'image,text'],
      ['openrouter/auto', 'text,image'],
    ]);
  });

  test('has one alias, at the price of its target', () => {
    expect(answer(1).data.flatMap((entry) => (entry.alias_target ? [[entry.id, entry.alias_target]] : []))).toEqual([
      ['~anthropic/claude-haiku-latest', { name: 'Claude Haiku 4.5', slug: 'anthropic/claude-haiku-4.5' }],
    ]);
    expect(model(1, '~anthropic/claude-haiku-latest').pricing).toEqual(model(1, 'anthropic/claude-haiku-4.5').pricing);
  });

  test('has one router whose price is decided per request', () => {
    expect(
      answer(1).data.flatMap((entry) => (entry.pricing.prompt === '-1' ? [[entry.id, entry.pricing]] : [])),
    ).toEqual([['openrouter/auto', { prompt: '-1', completion: '-1' }]]);
  });

  test('has free models, which cost nothing', () => {
    const free = answer(1).data.filter((entry) => entry.id.endsWith(':free'));
    expect(free.map((entry) => [entry.id, entry.pricing])).toEqual([
      ['qwen/qwen3-coder:free', { prompt: '0', completion: '0' }],
      ['meta-llama/llama-3.3-70b-instruct:free', { prompt: '0', completion: '0' }],
      ['meta-llama/llama-3.2-3b-instruct:free', { prompt: '0', completion: '0' }],
    ]);
  });

  test('has models with a tier for long prompts and one with windows that wrap midnight', () => {
    const conditional = answer(1).data.filter((entry) => entry.pricing.overrides !== undefined);
    expect(conditional.map((entry) => [entry.id, entry.pricing.overrides])).toEqual([
      ['openai/gpt-5.5', [tier(272000, '0.00001', '0.000045', { input_cache_read: '0.000001' })]],
      ['deepseek/deepseek-v4-pro', WINDOWS],
      ['qwen/qwen3.6-plus', [tier(256000, '0.0000013', '0.0000039', { input_cache_write: '0.000001625' })]],
      ['bytedance-seed/seed-1.6-flash', [tier(128000, '0.0000001', '0.0000008')]],
    ]);
  });
});
