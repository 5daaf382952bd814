import { describe, expect, test } from 'vitest';
import { type LogReading, readLog as readInSteps } from '../../../src/core/pricing/usageLog.ts';
import { runAtOnce } from '../../../src/ledger/store/steps.ts';

const readLog = (text: string, zone: 'utc', options?: LogReading) => runAtOnce(readInSteps(text, zone, options));

const read = (text: string) =>
  readLog(text, 'utc').entries.map(({ line, model, time, usage }) => [line, model, time, Object.fromEntries(usage)]);

const TIME = '2026-05-03T10:00:00.000Z';

describe('a usage log is read', () => {
  test('as JSON lines, by any of the usual names', () => {
    const lines = [
      { model: 'a/b', time: '2026-05-03T10:00:00Z', promptTokens: 1, completionTokens: 2 },
      { model: 'a/b', timestamp: '2026-05-03 10:00', prompt_tokens: '1', 'cache-read-tokens': 3 },
      {
        model: 'a/b',
        created: 1_777_802_400,
        usage: { input_tokens: 1, output_tokens: 2, cache_read_input_tokens: 3 },
      },
      {
        model: 'a/b',
        at: 1_777_802_400_000,
        web_search: 1,
        images: 0,
        total_tokens: 9,
        note: 'ignored',
        audio_tokens: null,
      },
    ];
    expect(read(`\n${lines.map((line) => JSON.stringify(line)).join('\r\n')}\n`.trimStart())).toEqual([
      [1, 'a/b', TIME, { prompt: 1n, completion: 2n }],
      [2, 'a/b', TIME, { prompt: 1n, input_cache_read: 3n }],
      [3, 'a/b', TIME, { prompt: 1n, completion: 2n, input_cache_read: 3n }],
      [4, 'a/b', TIME, { web_search: 1n, image: 0n }],
    ]);
  });

  test('as a JSON array', () => {
    expect(read('[{"model":"a/b","prompt":5}]')).toEqual([[1, 'a/b', null, { prompt: 5n }]]);
  });

  test('as CSV, quoted and with a byte order mark', () => {
    expect(
      read(
        '\ufeffModel,"time",prompt_tokens,comment\r\n"a/b",2026-05-03T10:00Z,1,"two\nlines, ""quoted"""\r\n\r\na/c,,2,\n',
      ),
    ).toEqual([
      [2, 'a/b', TIME, { prompt: 1n }],
      [5, 'a/c', null, { prompt: 2n }],
    ]);
  });

  test('as nothing', () => {
    expect(read(' \n')).toEqual([]);
  });
});

test.each([
  ['{"model":"a/b"}\n{', 'Line 2 of the log cannot be read: it is not JSON.'],
  ['{"prompt":1}', 'Line 1 of the log cannot be read: it names no model.'],
  ['{"model":"a/b","prompt":1.5}', 'Line 1 of the log cannot be read: prompt "1.5" is not a count.'],
  ['{"model":"a/b","prompt":-1}', 'Line 1 of the log cannot be read: prompt "-1" is not a count.'],
  ['{"model":"a/b","time":"yesterday"}', 'Line 1 of the log cannot be read: "yesterday" is not a time.'],
  ['{"model":"a/b","time":"2026-02-30"}', 'Line 1 of the log cannot be read: "2026-02-30" is not a time.'],
  [
    '{"model":"a/b","prompt_tokens":1,"input_tokens":1}',
    'Line 1 of the log cannot be read: "input_tokens" counts prompt again.',
  ],
  ['[1]', 'Line 1 of the log cannot be read: it is not an object.'],
  ['model,prompt, prompt\na/b,1,2\n', 'Line 1 of the log cannot be read: it has the title "prompt" twice.'],
  ['model,prompt\na/b,1,2\n', 'Line 2 of the log cannot be read: it has 3 cells where the titles have 2.'],
  ['model,prompt\na"b,1\n', 'Line 2 of the log cannot be read: a quotation mark stands where none may be.'],
  [
    'model,cached_tokens\na/b,1\n',
    'Line 2 of the log cannot be read: cached_tokens counts 1 that are a part of the prompt tokens, of which there are 0.',
  ],
  [
    '{"model":"a/b","prompt_tokens":6,"prompt_tokens_details":{"cached_tokens":7}}',
    'cached_tokens counts 7 that are a part of the prompt tokens, of which there are 6.',
  ],
  [
    '{"model":"a/b","prompt_tokens":9,"cache_read_tokens":1,"prompt_tokens_details":{"cached_tokens":1}}',
    'Line 1 of the log cannot be read: "cached_tokens" counts input_cache_read again.',
  ],
])('%j is refused', (text, message) => {
  expect(() => readLog(text, 'utc')).toThrow(message);
});

/** One line of a log, its quantities and what each is a part of. */
const readOne = (record: object) => {
  const { entries, passedOver } = readLog(JSON.stringify(record), 'utc');
  const [entry] = entries;
  const { usage = new Map(), parts = new Map(), requests, model } = entry ?? {};
  return [model, requests, Object.fromEntries(usage), Object.fromEntries(parts), passedOver];
};

describe('the shapes of OpenRouter, whose wholes include their parts', () => {
  const usage = {
    ...{ prompt_tokens: 194, completion_tokens: 20, total_tokens: 214, cost: 0.95, is_byok: false },
    prompt_tokens_details: { cached_tokens: 60, cache_write_tokens: 100, audio_tokens: 4, video_tokens: 3 },
    completion_tokens_details: { reasoning_tokens: 15, image_tokens: 0, audio_tokens: null },
    cost_details: { upstream_inference_cost: 19 },
    server_tool_use_details: { web_search_requests: 2, tool_calls_executed: 2 },
  };
  const parts = { input_cache_read: 'prompt', input_cache_write: 'prompt', audio: 'prompt' };
  const expected = {
    ...{ prompt: 30n, input_cache_read: 60n, input_cache_write: 100n, audio: 4n },
    ...{ completion: 5n, internal_reasoning: 15n, web_search: 2n },
  };

  test('the usage of an answer, nested or not, in snake case or camel case', () => {
    const all = { ...parts, internal_reasoning: 'completion', image_output: 'completion' };
    expect(readOne({ id: 'gen-1', model: 'a/b', created: 1_777_802_400, usage })).toEqual([
      'a/b',
      1n,
      expected,
      all,
      [],
    ]);
    expect(readOne({ model: 'a/b', ...usage })).toEqual(['a/b', 1n, expected, all, []]);
    const strict = readLog(JSON.stringify({ model: 'a/b', object: 'chat.completion', usage }), 'utc', {
      isStrict: true,
    });
    expect(strict.entries.length).toBe(1);
    const sdk = {
      ...{ promptTokens: 10, completionTokens: 4, totalTokens: 14 },
      ...{ promptTokensDetails: { cachedTokens: 6 }, completionTokensDetails: { reasoningTokens: 3 } },
    };
    expect(readOne({ model: 'a/b', usage: sdk })[2]).toEqual({
      ...{ prompt: 4n, input_cache_read: 6n, completion: 1n, internal_reasoning: 3n },
    });
    expect(read('model,usage.prompt_tokens,usage.prompt_tokens_details.cached_tokens\na/b,10,6\n')).toEqual([
      [2, 'a/b', null, { prompt: 4n, input_cache_read: 6n }],
    ]);
  });

  test('a record of a generation: the model’s own tokens before those of another tokenizer', () => {
    const data = {
      ...{
        id: 'gen-1',
        model: 'a/b',
        created_at: '2026-05-03T10:00:00.000000+00:00',
        usage: 0.0015,
        total_cost: 0.0015,
      },
      ...{ tokens_prompt: 65, tokens_completion: 116, native_tokens_prompt: 64, native_tokens_completion: 98 },
      ...{ native_tokens_reasoning: 90, native_tokens_cached: 14, native_tokens_completion_images: null },
      ...{ num_media_prompt: 0, num_search_results: 3, latency: 1016, streamed: true, provider_name: 'P' },
    };
    const quantities = { prompt: 50n, completion: 8n, internal_reasoning: 90n, input_cache_read: 14n };
    const of = { internal_reasoning: 'completion', input_cache_read: 'prompt' };
    expect(readOne({ data })).toEqual(['a/b', 1n, quantities, of, ['num_search_results']]);
    expect(readOne({ ...data, native_tokens_prompt: null, native_tokens_cached: null })[2]).toEqual({
      ...{ prompt: 65n, completion: 8n, internal_reasoning: 90n },
    });
  });

  test('the activity export, with its variant', () => {
    const csv = `generation_id,created_at,cost_total,cost_web_search,tokens_prompt,tokens_completion,tokens_reasoning,tokens_cached,model_permaslug,provider_name,variant,cancelled,time_to_first_token_ms
gen-1,2026-05-03 10:00:00.000,0.12,0,10,20,3,1,a/b-20260501,P,standard,false,50
gen-2,2026-05-03 10:00:00.000,0,,10,20,,,a/b-20260501,P,free,false,50
`;
    expect(read(csv)).toEqual([
      [...[2, 'a/b-20260501', TIME], { prompt: 9n, completion: 17n, internal_reasoning: 3n, input_cache_read: 1n }],
      [3, 'a/b-20260501:free', TIME, { prompt: 10n, completion: 20n }],
    ]);
  });

  test('the activity of a day, which sums up requests', () => {
    const day = {
      ...{ date: '2026-05-03', model: 'a/b', model_permaslug: 'a/b-20260501', endpoint_id: 'e', provider_name: 'P' },
      ...{ usage: 0.015, byok_usage_inference: 0, requests: 5, prompt_tokens: 50, completion_tokens: 125 },
      reasoning_tokens: 25,
    };
    const quantities = { prompt: 50n, completion: 100n, internal_reasoning: 25n };
    expect(readOne({ data: [day] })).toEqual(['a/b', 5n, quantities, { internal_reasoning: 'completion' }, []]);
    expect(readOne({ data: [{ ...day, model: undefined }] })[0]).toBe('a/b-20260501');
    expect(readLog(JSON.stringify({ data: [day] }, null, 2), 'utc').entries.length).toBe(1);
  });

  test('Anthropic’s, of which only the long-lived writes are a part', () => {
    const answer = {
      ...{ input_tokens: 10, cache_read_input_tokens: 5, cache_creation_input_tokens: 8, output_tokens: 2 },
      cache_creation: { ephemeral_5m_input_tokens: 5, ephemeral_1h_input_tokens: 3 },
    };
    expect(readOne({ model: 'a/b', usage: answer })[2]).toEqual({
      ...{ prompt: 10n, input_cache_read: 5n, input_cache_write: 5n, input_cache_write_1h: 3n, completion: 2n },
    });
  });
});

test('a column that is not known is passed over, and named where it looks like a quantity; or it is refused', () => {
  const text = 'model,prompt,team,thinking_tokens,fee_tokens,note_tokens\na/b,1,red,7,0,see below\na/c,2,blue,8,,\n';
  expect(readLog(text, 'utc').passedOver).toEqual(['thinking_tokens']);
  expect(readLog(text, 'utc', { ignored: ['Thinking-Tokens'] }).passedOver).toEqual([]);
  expect(() => readLog(text, 'utc', { isStrict: true })).toThrow(
    'Line 2 of the log has "team", which is not known here.',
  );
  const ignored = ['team', 'thinking_tokens', 'fee_tokens', 'note_tokens'];
  expect(readLog(text, 'utc', { isStrict: true, ignored }).entries.length).toBe(2);
});

test('a prompt may be the text itself', () => {
  expect(readOne({ model: 'a/b', prompt: 'Say hello', prompt_tokens: 2, completion: 'Hello', image: {} })[2]).toEqual({
    prompt: 2n,
  });
});
