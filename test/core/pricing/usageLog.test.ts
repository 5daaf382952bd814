import { describe, expect, test } from 'vitest';
import { readLog } from '../../../src/core/pricing/usageLog.ts';

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
  ['model,prompt\na/b,1,2\n', 'Line 2 of the log cannot be read: it has 3 cells where the titles have 2.'],
  ['model,prompt\na"b,1\n', 'Line 2 of the log cannot be read: a quotation mark stands where none may be.'],
  ['model,cached_tokens\na/b,1\n', 'Line 2 of the log has "cached_tokens", which is no quantity known here.'],
  [
    '{"model":"a/b","prompt_tokens_details":{"cached_tokens":7}}',
    'Line 1 of the log has "prompt_tokens_details", which is no quantity known here.',
  ],
])('%j is refused', (text, message) => {
  expect(() => readLog(text, 'utc')).toThrow(message);
});
