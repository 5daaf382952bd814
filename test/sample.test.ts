import { describe, expect, test } from 'vitest';
import {
  answer,
  differences,
  gone,
  ids,
  type Leaf,
  model,
  NAMES,
  OFF_PEAK,
  PEAK,
  text,
  tier,
  WINDOWS,
} from './sample/answers.ts';

/** The story that the shipped answers tell: each difference between two neighbours is stated whole. */
describe('the story', () => {
  test('1 to 2: the same bytes come again', () => {
    expect(text(2)).toBe(text(1));
  });

  test('2 to 3: two newcomers, one model cheaper by a fifth, and a benchmark that nobody waits for', () => {
    expect(gone(3, 2)).toEqual(['perceptron/perceptron-mk1', 'openai/gpt-chat-latest']);
    expect(gone(2, 3)).toEqual([]);
    expect(differences(2, 3)).toEqual([
      ['openai/gpt-5.5', 'benchmarks.artificial_analysis.intelligence_index', '51.5', '51.8'],
      ['openai/gpt-5.5', 'benchmarks.artificial_analysis.coding_index', '60.5', '60.9'],
      ['openai/gpt-5.5', 'benchmarks.artificial_analysis.agentic_index', '42.5', '42.1'],
      ['mistralai/mistral-large-2512', 'pricing.prompt', '"0.0000005"', '"0.0000004"'],
      ['mistralai/mistral-large-2512', 'pricing.completion', '"0.0000015"', '"0.0000012"'],
      ['mistralai/mistral-large-2512', 'pricing.input_cache_read', '"0.00000005"', '"0.00000004"'],
    ]);
  });

  test('3 to 4: two models go, and a price of zero appears on every model that only writes text', () => {
    expect(gone(3, 4)).toEqual(['qwen/qwen3.6-plus', 'x-ai/grok-3']);
    expect(gone(4, 3)).toEqual([]);
    const writers = answer(4).data.filter((entry) => entry.architecture.output_modalities.join() === 'text');
    expect(writers).toHaveLength(38);
    expect(differences(3, 4)).toEqual(writers.map((entry) => [entry.id, 'pricing.request', undefined, '"0"']));
  });

  test('4 to 5: one of the two is back, a fifth cheaper in its base price and in its tier', () => {
    expect(gone(5, 4)).toEqual(['qwen/qwen3.6-plus']);
    expect(gone(4, 5)).toEqual([]);
    expect(differences(4, 5)).toEqual([]);
    expect(model(3, 'qwen/qwen3.6-plus').pricing).toEqual({
      prompt: '0.000000325',
      completion: '0.00000195',
      input_cache_write: '0.00000040625',
      overrides: [tier(256000, '0.0000013', '0.0000039', { input_cache_write: '0.000001625' })],
    });
    expect(model(5, 'qwen/qwen3.6-plus')).toEqual({
      ...model(3, 'qwen/qwen3.6-plus'),
      pricing: {
        prompt: '0.00000026',
        completion: '0.00000156',
        input_cache_write: '0.000000325',
        request: '0',
        overrides: [tier(256000, '0.00000104', '0.00000312', { input_cache_write: '0.0000013' })],
      },
    });
  });

  test('5 to 6: one model loses half its context, and the list was read in the other price window', () => {
    expect([gone(5, 6), gone(6, 5)]).toEqual([[], []]);
    expect(differences(5, 6)).toEqual([
      ['deepseek/deepseek-v4-pro', 'pricing.prompt', '"0.000000435"', '"0.00000087"'],
      ['deepseek/deepseek-v4-pro', 'pricing.completion', '"0.00000087"', '"0.00000174"'],
      ['deepseek/deepseek-v4-pro', 'pricing.input_cache_read', '"0.000000003625"', '"0.00000000725"'],
      ['anthropic/claude-haiku-4.5', 'benchmarks.artificial_analysis.intelligence_index', '31.5', '31.7'],
      ['anthropic/claude-haiku-4.5', 'benchmarks.artificial_analysis.coding_index', '35.5', '35.2'],
      ['anthropic/claude-haiku-4.5', 'benchmarks.artificial_analysis.agentic_index', '28.5', '28.9'],
      ['minimax/minimax-01', 'context_length', '1000192', '512000'],
      ['minimax/minimax-01', 'top_provider.context_length', '1000192', '512000'],
      ['minimax/minimax-01', 'top_provider.max_completion_tokens', '1000192', '128000'],
    ]);
  });

  test('the base price is always that of the window in which the list was read', () => {
    const base = NAMES.flatMap((name, index) => {
      const found = answer(index + 1).data.find((entry) => entry.id === 'deepseek/deepseek-v4-pro');
      if (!found) return [];
      const { request: _, ...pricing } = found.pricing;
      return [[name.slice(11, 16), pricing]];
    });
    const early = ['06-00', { ...OFF_PEAK, overrides: WINDOWS }];
    const late = ['02-30', { ...PEAK, overrides: WINDOWS }];
    expect(base).toEqual([early, early, early, early, early, late, late, late, late]);
  });

  test('6 to 7: one price is a word', () => {
    expect([gone(6, 7), gone(7, 6)]).toEqual([[], []]);
    expect(differences(6, 7)).toEqual([['mistralai/mistral-nemo', 'pricing.prompt', '"0.000000019"', '"free"']]);
  });

  test('7 to 8: only the first 20 of 42 models arrive, and nothing else in the answer tells', () => {
    expect(ids(8)).toEqual(ids(7).slice(0, 20));
    expect(answer(8).total_count).toBe(20);
    expect(differences(6, 8)).toEqual([]);
  });

  test('8 to 9: all is well; one model dearer, one cheaper with its alias, and a new key on every model', () => {
    expect(ids(9)).toEqual(ids(6));
    const haiku: [string, string, string][] = [
      ['pricing.prompt', '"0.000001"', '"0.0000008"'],
      ['pricing.completion', '"0.000005"', '"0.000004"'],
      ['pricing.input_cache_read', '"0.0000001"', '"0.00000008"'],
      ['pricing.input_cache_write', '"0.00000125"', '"0.000001"'],
      ['pricing.input_cache_write_1h', '"0.000002"', '"0.0000016"'],
    ];
    const [drift, news] = [differences(6, 9).filter(isDrift), differences(6, 9).filter((leaf) => !isDrift(leaf))];
    expect(drift).toEqual(ids(9).map((id) => [id, 'is_deprecated', undefined, 'false']));
    expect(news).toEqual([
      ...haiku.map((leaf) => ['~anthropic/claude-haiku-latest', ...leaf]),
      ...haiku.map((leaf) => ['anthropic/claude-haiku-4.5', ...leaf]),
      ['google/gemma-3n-e4b-it', 'pricing.prompt', '"0.00000006"', '"0.00000008"'],
      ['google/gemma-3n-e4b-it', 'pricing.completion', '"0.00000012"', '"0.00000016"'],
    ]);
  });
});

const isDrift = ([, path]: Leaf): boolean => path === 'is_deprecated';
