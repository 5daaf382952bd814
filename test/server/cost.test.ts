import { readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call } from '../program/call.ts';
import { jsonLines, newFolder } from '../program/program.ts';
import { type Served, served } from '../program/served.ts';
import { corpus, tokenLedger } from '../program/tokenLedger.ts';
import { jsonOf } from './apps.ts';

const clean: (() => void)[] = [];
const whenOver = (action: () => void): void => void clean.push(action);
const english = readFileSync(corpus('english'), 'utf8');
let server: Served;
let db: string;

beforeAll(async () => {
  const folder = newFolder(whenOver);
  db = await tokenLedger(folder);
  writeFileSync(join(folder, 'learn.jsonl'), learnedLog());
  server = await served(['--db', db], whenOver);
});
afterAll(() => {
  for (const action of clean.reverse()) action();
});

/** Five requests, which is enough to learn from. */
function learnedLog(): string {
  const lines = [150, 155, 160, 152, 158].map((tokens) => ({
    ...{ model: 'qwen/qwen3-32b', text: english, native_tokens_prompt: tokens },
  }));
  return lines.map((line) => JSON.stringify(line)).join('\n');
}

type Fields = Readonly<Record<string, string | Blob>>;

async function post(path: string, fields: Fields): Promise<Response> {
  const body = new FormData();
  for (const [name, value] of Object.entries(fields)) body.append(name, value);
  return await fetch(server.url + path, { method: 'POST', body });
}

/** The lines of the page's table, its cells side by side. */
async function rowsOf(answer: Response): Promise<string[]> {
  const [, body = ''] = /<tbody>(.*)<\/tbody>/s.exec(await answer.text()) ?? [];
  return body.split('</tr>').flatMap((row) => {
    const words = row
      .replaceAll(/<[^>]*>/g, ' ')
      .replaceAll('&quot;', '"')
      .replaceAll(/\s+/g, ' ')
      .trim();
    return words === '' ? [] : [words];
  });
}

describe('the cost of a text', () => {
  it('has what the command has: tokens and dollars by each way of counting, the cheapest first', async () => {
    const fields = { model: '*/*', text: english, completion_tokens: '1k', times: '10' };
    const page = await post('/cost', fields);
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(await rowsOf(page)).toEqual([
      'qwen/qwen3-32b 112 to 138 $0.003112 to $0.003138 estimate Qwen3 family, measured 2026-11-26',
      'openai/gpt-5 124 $0.10155 exact o200k vocabulary',
      'openai/gpt-4 126 $0.6378 exact cl100k vocabulary',
      'acme/other – – unknown nothing is known of the tokenizer "Other"',
      'openrouter/auto – – unknown a router, whose model is chosen per request',
    ]);
    const args = ['--text', corpus('english'), '--completion-tokens', '1000', '--times', '10', '--db', db];
    const command = await call(['cost', '*/*', ...args, '--json']);
    const lines: unknown[] = jsonLines(command.stdout);
    expect((await jsonOf(await post('/cost.json', fields))).data).toEqual(lines);
    const csv = await call(['cost', '*/*', ...args, '--csv']);
    expect(await (await post('/cost.csv', fields)).text()).toBe(csv.stdout);
  });

  it('is of a file where one is chosen, and of the messages where the text is a chat', async () => {
    const tokens = async (fields: Fields): Promise<number> =>
      (await jsonOf(await post('/cost.json', { model: 'openai/gpt-5', ...fields }))).data[0].promptTokensLow;
    expect(await tokens({ text: english })).toBe(124);
    expect(await tokens({ text: '', file: new File([english], 'prompt.md') })).toBe(124);
    const chat = [
      { role: 'system', content: english },
      { role: 'user', content: english },
    ];
    expect(await tokens({ text: JSON.stringify({ messages: chat }) })).toBe(248);
  });

  it('counts the line breaks that were typed, not those that browsers send', async () => {
    const text = 'one\ntwo\n\nthree';
    const characters = async (fields: Fields): Promise<string | undefined> =>
      /\d+ characters/.exec(await (await post('/cost', { model: 'gpt-5', ...fields })).text())?.[0];
    const sent = text.replaceAll('\n', '\r\n');
    expect(await characters({ text })).toBe('14 characters');
    expect(await characters({ text: sent })).toBe('14 characters');
    expect(await characters({ file: new File([sent], 'as it is.txt') })).toBe('17 characters');
  });

  it('shows the typed text again, as text', async () => {
    const text = '\n</textarea><script>alert(1)</script>&amp;';
    const shown = await (await post('/cost', { model: 'gpt-5', text })).text();
    const escaped = '\n&lt;/textarea&gt;&lt;script&gt;alert(1)&lt;/script&gt;&amp;amp;';
    expect(shown).toContain(`<textarea name="text" rows="6" autocomplete="off">\n${escaped}</textarea>`);
  });

  it('counts by what the owner has: learned ratios, and tokenizers without their paths', async () => {
    const folder = newFolder();
    expect((await call(['calibrate', join(db, '../learn.jsonl'), '--db', db])).code).toBe(0);
    const learned = await jsonOf(await post('/cost.json', { model: 'qwen3-32b', text: english }));
    expect(learned.data[0]).toMatchObject({ method: 'learned', promptTokensLow: 150, promptTokensHigh: 160 });
    await call(['calibrate', '--forget', '--db', db]);
    const file = join(folder, 'letters.json');
    writeFileSync(file, JSON.stringify(wordTokenizer()));
    const own = await served(['--db', db, '--tokenizer', `qwen/*=${file}`]);
    const body = new URLSearchParams({ model: 'qwen3-32b', text: 'a b c' });
    const answer = await fetch(`${own.url}/cost.json`, { method: 'POST', body });
    expect((await jsonOf(answer)).data[0]).toMatchObject({
      method: 'exact, with your file',
      basis: 'letters.json',
      promptTokensLow: 3,
    });
    writeFileSync(file, '{}');
    const broken = await served(['--db', db, '--tokenizer', `qwen/*=${file}`]);
    const failed = await fetch(`${broken.url}/cost`, { method: 'POST', body });
    expect([failed.status, (await failed.text()).includes('letters')]).toEqual([500, false]);
    expect(broken.log()).toContain('cannot be used as a tokenizer');
  });

  it('is of another day where the form says so', async () => {
    const answer = await post('/cost', { model: 'gpt-5', text: english, as_of: '2020-01-01' });
    expect([answer.status, await answer.text()]).toEqual([404, expect.stringContaining('Nothing was recorded by')]);
  });

  it.each([
    [{ model: 'gpt-5', text: '' }, 'There is no text: type one, or choose a file.'],
    [{ model: 'gtp-5', text: 'x' }, 'No model &quot;gtp-5&quot; was ever listed. Did you mean openai/gpt-'],
    [{ model: 'nobody/*', text: 'x' }, 'No model that fits &quot;nobody/*&quot; was listed then.'],
    [{ model: 'gpt-5', text: 'x', times: 'many' }, 'times: expected a whole number such as 12000, 12k or 1.5M.'],
    [
      { model: 'gpt-5', file: new File([new Uint8Array([65, 233])], 'a.bin') },
      'a.bin cannot be read as a text (it is not UTF-8 at byte 1 (0xe9), perhaps Latin-1 or Windows-1252).',
    ],
  ])('tells beside the form what cannot be meant', async (fields, words) => {
    const answer = await post('/cost', fields);
    const page = await answer.text();
    const [, problem] = /role="alert">([^<]*)/.exec(page) ?? [];
    expect([answer.status, problem, page.includes('<textarea')]).toEqual([400, expect.stringContaining(words), true]);
    if ('text' in fields && fields.text !== '') expect(page).toContain(`\n${fields.text}</textarea>`);
  });
});

describe('a posted text', () => {
  it('is kept nowhere: neither in an address, nor by whoever is in between, nor in the log', async () => {
    const before = readFileSync(db);
    const secret = 'a sentence that nobody else should read';
    const answer = await post('/cost', { model: 'gpt-5', text: secret });
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'content-security-policy': expect.stringContaining("default-src 'none'"),
    });
    expect(server.log()).not.toContain('sentence');
    expect(readFileSync(db).equals(before)).toBe(true);
    expect((await (await fetch(`${server.url}/cost?text=abc`)).text()).includes('abc')).toBe(false);
  });

  it('is never answered with "you have it already"', async () => {
    const headers = { 'if-none-match': '*' };
    const body = new URLSearchParams({ model: 'gpt-5', text: 'x' });
    expect((await fetch(`${server.url}/cost`, { method: 'POST', body, headers })).status).toBe(200);
  });

  it('has at most a mebibyte, whether its length is told or not', async () => {
    const send = async (body: string): Promise<number> => {
      const headers = { 'content-type': 'application/x-www-form-urlencoded' };
      return (await fetch(`${server.url}/cost.csv`, { method: 'POST', headers, body })).status;
    };
    const head = 'model=gpt-5&text=';
    const most = head + 'a '.repeat((2 ** 20 - head.length) >> 1);
    expect([await send(most), await send(`${most}aaa`)]).toEqual([200, 413]);
    expect(await sendInChunks(head, 64)).toMatch(/^HTTP\/1\.1 413 /);
  });

  it.each([
    ['/cost', 'text/plain', 'x', 415],
    ['/cost', 'multipart/form-data; boundary=x', 'no form', 400],
    ['/about', 'application/x-www-form-urlencoded', 'text=x', 405],
    ['/api/v1/models', 'application/x-www-form-urlencoded', 'text=x', 405],
  ])('%s, %s: %s', async (path, type, body, status) => {
    const answer = await fetch(server.url + path, { method: 'POST', body, headers: { 'content-type': type } });
    expect(answer.status).toBe(status);
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
  });
});

/** Sends chunks of 64 KiB without ever telling how many, until it is answered. */
async function sendInChunks(head: string, most: number): Promise<string> {
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
  let answer = '';
  socket.on('data', (data) => {
    answer += String(data);
  });
  socket.on('error', () => {});
  const closed = new Promise((resolve) => socket.once('close', resolve));
  const type = 'Content-Type: application/x-www-form-urlencoded';
  socket.write(`POST /cost.csv HTTP/1.1\r\nHost: x\r\n${type}\r\nTransfer-Encoding: chunked\r\n\r\n`);
  socket.write(`${head.length.toString(16)}\r\n${head}\r\n`);
  for (let sent = 0; sent < most && answer === '' && !socket.destroyed; sent += 1) {
    socket.write(`10000\r\n${'a'.repeat(65_536)}\r\n`);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await closed;
  return answer;
}

/** A tokenizer of one token a word, as a tokenizer.json. */
function wordTokenizer(): unknown {
  return {
    model: { type: 'WordLevel', vocab: { a: 0, b: 1, c: 2, '[UNK]': 3 }, unk_token: '[UNK]' },
    pre_tokenizer: { type: 'Whitespace' },
    added_tokens: [],
    normalizer: null,
    post_processor: null,
    decoder: null,
  };
}
