import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { call } from './call.ts';
import { jsonLines, newFolder } from './program.ts';
import { corpus, tokenLedger as ledger } from './tokenLedger.ts';

const NOTE = 'Counts are of the texts alone: what a service puts around them (a few tokens a message) comes on top.\n';

describe('cost --text', () => {
  test('bills each model by its own tokenizer, the cheapest first, and gives no number where none is known', async () => {
    const db = await ledger(newFolder());
    const args = ['--text', corpus('english'), '--completion-tokens', '1000', '--times', '10', '--db', db];
    const { code, stdout, stderr } = await call(['cost', '*/*', ...args]);
    expect([code, stderr]).toEqual([0, NOTE]);
    expect(stdout.split('\n').map((line) => line.trimEnd())).toEqual([
      'model                tokens  how                          USD',
      'qwen/qwen3-32b   112 to 138  estimate  $0.003112 to $0.003138',
      'openai/gpt-5            124  exact                   $0.10155',
      'openai/gpt-4            126  exact                    $0.6378',
      'acme/other                   unknown                           nothing is known of the tokenizer "Other"',
      'openrouter/auto              unknown                           a router, whose model is chosen per request',
      '',
    ]);
  });

  test('as JSON has every number exactly, and null where there is none', async () => {
    const db = await ledger(newFolder());
    const { stdout } = await call([
      'cost',
      'openai/gpt-5',
      'acme/other',
      '--text',
      corpus('german'),
      '--json',
      '--db',
      db,
    ]);
    expect(jsonLines(stdout)).toEqual([
      {
        ...{ model: 'openai/gpt-5', tokenizer: 'GPT', method: 'exact', basis: 'o200k vocabulary', requests: 1 },
        ...{
          promptTokensLow: 100,
          promptTokensHigh: 100,
          totalLow: '0.000125',
          totalHigh: '0.000125',
          problem: null,
          at: null,
        },
      },
      {
        ...{
          model: 'acme/other',
          tokenizer: 'Other',
          method: 'unknown',
          basis: 'nothing is known of the tokenizer "Other"',
        },
        ...{
          promptTokensLow: null,
          promptTokensHigh: null,
          totalLow: null,
          totalHigh: null,
          problem: null,
          at: null,
          requests: 1,
        },
      },
    ]);
  });

  test('reads a chat, a system prompt, standard input and a folder in which every file is a request', async () => {
    const folder = newFolder();
    const db = await ledger(folder);
    const english = readFileSync(corpus('english'), 'utf8');
    const chat = [
      { role: 'user', content: english },
      { role: 'assistant', content: null },
      { role: 'user', content: [{ type: 'text', text: english }] },
    ];
    writeFileSync(join(folder, 'chat.json'), JSON.stringify({ messages: chat }));
    mkdirSync(join(folder, 'texts'));
    for (const name of ['a', 'b', 'c']) writeFileSync(join(folder, 'texts', name), english);
    const tokens = async (args: readonly string[], input = ''): Promise<unknown> => {
      const { stdout } = await call(['cost', 'openai/gpt-5', ...args, '--json', '--db', db], { input });
      const { promptTokensLow, requests } = JSON.parse(stdout);
      return [promptTokensLow, requests];
    };
    expect(await tokens(['--text', join(folder, 'chat.json')])).toEqual([248, 1]);
    expect(await tokens(['--text', corpus('english'), '--system', corpus('german')])).toEqual([224, 1]);
    expect(await tokens(['--text', '-'], english)).toEqual([124, 1]);
    expect(await tokens(['--text', join(folder, 'texts')])).toEqual([372, 3]);
  });

  test('counts exactly with a tokenizer of the person’s own', async () => {
    const folder = newFolder();
    const db = await ledger(folder);
    const vocab = Object.fromEntries([...'abcdefghijklmnopqrstuvwxyz'].map((letter, index) => [letter, index]));
    const model = { type: 'BPE', vocab, merges: [], unk_token: null, byte_fallback: false };
    const file = join(folder, 'tokenizer.json');
    writeFileSync(
      file,
      JSON.stringify({
        version: '1.0',
        added_tokens: [],
        normalizer: null,
        pre_tokenizer: null,
        post_processor: null,
        decoder: null,
        model,
      }),
    );
    writeFileSync(join(folder, 'text'), 'abcabc');
    const args = ['cost', 'qwen/qwen3-32b', '--text', join(folder, 'text'), '--json', '--db', db];
    const named = await call([...args, '--tokenizer', `qwen/*=${file}`]);
    expect(JSON.parse(named.stdout)).toMatchObject({
      method: 'exact, with your file',
      promptTokensLow: 6,
      promptTokensHigh: 6,
      totalLow: '0.0000006',
      basis: file,
    });
    const set = await call(args, { env: { MODEL_LEDGER_TOKENIZERS: `acme/*=/nowhere,qwen/*=${file}` } });
    expect(JSON.parse(set.stdout)).toMatchObject({ method: 'exact, with your file', promptTokensLow: 6 });
    writeFileSync(file, '{}');
    const broken = await call([...args, '--tokenizer', `qwen/*=${file}`]);
    expect(broken).toMatchObject({ code: 2, stdout: '' });
    expect(broken.stderr).toContain(`${file} cannot be used as a tokenizer: it has no "model"; nothing was counted.`);
  });

  test('says what it cannot read', async () => {
    const folder = newFolder();
    const db = await ledger(folder);
    writeFileSync(join(folder, 'bytes'), Buffer.from([0xff, 0xfe, 0x41]));
    for (const file of [join(folder, 'missing'), join(folder, 'bytes')]) {
      const { code, stderr } = await call(['cost', 'openai/gpt-5', '--text', file, '--db', db]);
      expect([code, stderr]).toEqual([2, expect.stringContaining(`${file} cannot be read as a text (`)]);
    }
  });
});

describe('tokens', () => {
  test('tells what each family makes of a text', async () => {
    const db = await ledger(newFolder());
    const { code, stdout } = await call(['tokens', corpus('python'), '--json', '--db', db]);
    expect(code).toBe(0);
    expect(jsonLines(stdout)).toEqual([
      {
        family: 'GPT',
        models: 1,
        method: 'exact',
        low: 129,
        high: 129,
        basis: 'o200k vocabulary',
        example: 'openai/gpt-5',
      },
      {
        family: 'GPT',
        models: 1,
        method: 'exact',
        low: 130,
        high: 130,
        basis: 'cl100k vocabulary',
        example: 'openai/gpt-4',
      },
      {
        family: 'Qwen3',
        models: 1,
        method: 'estimate',
        low: 114,
        high: 160,
        basis: 'Qwen3 family, measured 2026-11-26',
        example: 'qwen/qwen3-32b',
      },
      {
        family: 'Other',
        models: 1,
        method: 'unknown',
        low: null,
        high: null,
        basis: 'nothing is known of the tokenizer "Other"',
        example: 'acme/other',
      },
      {
        family: 'Router',
        models: 1,
        method: 'unknown',
        low: null,
        high: null,
        basis: 'a router, whose model is chosen per request',
        example: 'openrouter/auto',
      },
    ]);
  });
});

describe('calibrate', () => {
  const english = readFileSync(corpus('english'), 'utf8');

  test('learns a range from texts, uses it by name, keeps no text, and forgets', async () => {
    const folder = newFolder();
    const db = await ledger(folder);
    const log = join(folder, 'usage.jsonl');
    const lines = [150, 155, 160, 152, 158].map((native) => ({
      model: 'qwen/qwen3-32b',
      text: english,
      native_tokens_prompt: native,
    }));
    writeFileSync(log, lines.map((line) => JSON.stringify(line)).join('\n'));
    const learned = await call(['calibrate', log, '--db', db, '--json'], {
      env: { MODEL_LEDGER_NOW: '2026-11-26T12:00:00Z' },
    });
    expect(learned.stderr).toContain('Learned from 5 of 5 requests');
    const of = (name: string) => [
      { for: name, base: 'characters', low: 0.2636, high: 0.2812, requests: 5 },
      { for: name, base: 'o200k', low: 1.21, high: 1.29, requests: 5 },
    ];
    expect(learned.stderr).not.toContain('in the place of');
    const again = await call(['calibrate', log, '--db', db], { env: { MODEL_LEDGER_NOW: '2026-11-26T12:00:00Z' } });
    expect(again.stderr).toContain('ledger.tokens.json, in the place of what was learned before.');
    expect(JSON.parse(learned.stdout)).toEqual({
      version: 1,
      learnedAt: '2026-11-26T12:00:00.000Z',
      ratios: [...of('Qwen3'), ...of('qwen/qwen3-32b')],
    });
    expect(readFileSync(join(folder, 'ledger.tokens.json'), 'utf8')).not.toContain('Tuesday');
    const args = ['cost', 'qwen/qwen3-32b', '--text', corpus('english'), '--json', '--db', db];
    expect(JSON.parse((await call(args)).stdout)).toMatchObject({
      method: 'learned',
      basis: '5 requests of qwen/qwen3-32b, learned 2026-11-26',
      promptTokensLow: 150,
      promptTokensHigh: 160,
    });
    expect((await call(['config', '--db', db])).stderr).toContain('Qwen3 1.21 to 1.29 a token of o200k (5 requests)');
    expect((await call(['calibrate', '--forget', '--db', db])).code).toBe(0);
    expect(JSON.parse((await call(args)).stdout)).toMatchObject({ method: 'estimate' });
  });

  test('learns from the same prompts sent to several models', async () => {
    const folder = newFolder();
    const db = await ledger(folder);
    const rows = [1, 2, 3, 4, 5].flatMap((n) => [`openai/gpt-5,p${n},${n * 100}`, `qwen/qwen3-32b,p${n},${n * 110}`]);
    writeFileSync(join(folder, 'log.csv'), ['model,prompt_id,prompt_tokens', ...rows].join('\n'));
    const { stdout } = await call(['calibrate', join(folder, 'log.csv'), '--db', db, '--json']);
    expect(JSON.parse(stdout).ratios.filter((ratio: { for: string }) => ratio.for === 'Qwen3')).toEqual([
      { for: 'Qwen3', base: 'o200k', low: 1.1, high: 1.1, requests: 5 },
    ]);
  });

  test('with too little to learn from says so and writes nothing', async () => {
    const folder = newFolder();
    const db = await ledger(folder);
    writeFileSync(
      join(folder, 'log.jsonl'),
      JSON.stringify({ model: 'qwen/qwen3-32b', text: english, prompt_tokens: 150 }),
    );
    const { code, stderr } = await call(['calibrate', join(folder, 'log.jsonl'), '--db', db]);
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining('of 1 request none can be learned from; nothing was written.'),
    ]);
  });
});
