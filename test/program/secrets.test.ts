import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { answer, LIST, modelList, redirectTo, refusal, type Step } from '../upstream/misbehaving.ts';
import { call } from './call.ts';
import { type Exit, lastRun, newFolder, query, type RunOptions, serve, start } from './program.ts';

const KEY = 'sk-or-v1-canary0123456789';

/** Every byte that a run left behind or said. */
function everything(folder: string, { stdout, stderr }: Exit): string {
  const files = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'latin1'));
  return [stdout, stderr, ...files].join('\n');
}

async function sync(folder: string, script: Step | readonly Step[], options: RunOptions = {}) {
  const upstream = await serve(script);
  const exit = await call(['sync', '--db', join(folder, 'ledger.db'), '--source', upstream.url.href], {
    ...options,
    env: { OPENROUTER_API_KEY: KEY, ...options.env },
  });
  return { exit, sent: upstream.requests.map(({ headers }) => headers.authorization) };
}

/** An upstream that repeats the request's own headers. */
const echo: Step = (response, request) =>
  void response.writeHead(200, { 'content-type': 'text/html' }).end(`<html>${request.headers.authorization}</html>`);

describe('the key', () => {
  test.each<[string, Step | Step[], number]>([
    ['a sound list', answer(), 0],
    ['a refusal that repeats it', refusal(401, `Invalid key ${KEY}`), 3],
    ['a redirect that repeats it', redirectTo(`http://${KEY}.invalid/${KEY}`), 3],
    ['an ETag that repeats it', answer(LIST, 200, { etag: `"${KEY}"` }), 0],
    ['a page that repeats it', echo, 3],
    ['a list that repeats it', answer(modelList(40, { user: KEY })), 3],
    ['a name in a list that repeats it', answer(LIST.replace('Model 7', KEY)), 3],
    ['no answer', (response) => response.socket?.destroy(), 3],
    ['a second page elsewhere', answer(modelList(40, { links: { next: `http://${KEY}.invalid/` } })), 3],
  ])('is sent, and stays nowhere, with %s', async (_, script, code) => {
    const folder = newFolder();
    const { exit, sent } = await sync(folder, script);
    expect([exit.code, new Set(sent)]).toEqual([code, new Set([`Bearer ${KEY}`])]);
    expect(everything(folder, exit)).not.toContain('canary');
  });

  test('is not in the command line that others can read', async () => {
    const upstream = await serve(() => {});
    const db = join(newFolder(), 'ledger.db');
    const running = start(['sync', '--db', db, '--source', upstream.url.href], { env: { OPENROUTER_API_KEY: KEY } });
    while (upstream.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    const line = readFileSync(`/proc/${running.child.pid}/cmdline`, 'utf8');
    running.child.kill('SIGTERM');
    expect([(await running.exit).code, line.includes('sync'), line.includes('canary')]).toEqual([143, true, false]);
  });

  test.each([
    ['a line break within', 'sk-canary\n0123'],
    ['a space', 'sk canary'],
    ['a character outside ASCII', 'sk-canary-é'],
    ['a carriage return', 'sk-canary\rX: y'],
  ])('malformed by %s is exit 2 before any request, and is not repeated', async (_, key) => {
    const folder = newFolder();
    const { exit, sent } = await sync(folder, answer(), { env: { OPENROUTER_API_KEY: key } });
    expect([exit.code, exit.stdout, sent]).toEqual([2, '', []]);
    expect(exit.stderr).toContain('The API key in OPENROUTER_API_KEY contains a space, a line break');
    expect(everything(folder, exit)).not.toContain('canary');
  });

  test('comes from a file or from the credentials of systemd too', async () => {
    const folder = newFolder();
    const keys = join(folder, 'keys');
    mkdirSync(keys);
    writeFileSync(join(keys, 'openrouter_api_key'), `${KEY}\n`);
    for (const env of [
      { OPENROUTER_API_KEY_FILE: join(keys, 'openrouter_api_key') },
      { CREDENTIALS_DIRECTORY: keys },
    ]) {
      const data = newFolder();
      const { exit, sent } = await sync(data, answer(), { env: { OPENROUTER_API_KEY: '', ...env } });
      expect([exit.code, sent]).toEqual([0, [`Bearer ${KEY}`]]);
      expect(everything(data, exit)).not.toContain('canary');
    }
  });

  test('comes from .env in the current folder, which the environment beats', async () => {
    const folder = newFolder();
    const cwd = newFolder();
    writeFileSync(join(cwd, '.env'), `OPENROUTER_API_KEY=${KEY}\n`);
    const upstream = await serve(answer());
    const args = ['sync', '--db', join(folder, 'ledger.db'), '--source', upstream.url.href];
    await call(args, { cwd });
    await call(args, { cwd, env: { OPENROUTER_API_KEY: 'other-key' } });
    expect(upstream.requests.map(({ headers }) => headers.authorization)).toEqual([
      `Bearer ${KEY}`,
      'Bearer other-key',
    ]);
  });

  test('is not sent along with a redirect to another origin', async () => {
    const elsewhere = await serve(answer());
    const { exit, sent } = await sync(newFolder(), redirectTo(elsewhere.url.href));
    expect([exit.code, sent, elsewhere.requests]).toEqual([3, [`Bearer ${KEY}`], []]);
  });
});

describe('other secrets', () => {
  const QUERY =
    'api_key=canary1&token=canary2&sig=canary3&pwd=canary4&jwt=canary5&code=canary6&access=canary7' +
    '&X-Amz-Credential=canary8%2F20260607&X-Amz-Signature=canary9&x=canaryA0b1C2d3E4';

  test('in the address of the source are kept nowhere, and what is rotated is the same list', async () => {
    const folder = newFolder();
    const db = join(folder, 'ledger.db');
    const { url } = await serve(answer());
    const sources = [`${url.href}&${QUERY}`, `${url.href}&${QUERY.replaceAll('canary', 'fresh-canary')}#canary`];
    for (const source of sources) {
      const exit = await call(['sync', '--db', db, '--source', source]);
      expect([exit.code, lastRun(db).scope]).toEqual([0, 'output_modalities=all']);
      expect(everything(folder, exit)).not.toContain('canary');
    }
    expect(query(db, 'SELECT DISTINCT source FROM sync_runs')).toHaveLength(1);
  });

  test.each<[string, Step]>([
    [
      'an error that repeats it',
      (response, { url }) => void response.writeHead(400).end(`{"error":{"message":"bad ${url}"}}`),
    ],
    [
      'a redirect',
      (response, { url }) => void response.writeHead(302, { location: `http://other.invalid${url}` }).end(),
    ],
    ['no answer', (response) => response.socket?.destroy()],
  ])('in the address of the source are not told with %s', async (_, step) => {
    const folder = newFolder();
    const { url } = await serve(step);
    const exit = await call(['sync', '--db', join(folder, 'ledger.db'), '--source', `${url.href}&${QUERY}`]);
    expect(exit.code).toBe(3);
    expect(everything(folder, exit)).not.toContain('canary');
  });

  test('in an address that is taken for a file are not told either', async () => {
    const folder = newFolder();
    const exit = await call(['sync', '--db', join(folder, 'ledger.db'), '--source', `openrouter.ai/models?${QUERY}`]);
    expect(exit.code).toBe(3);
    expect(everything(folder, exit)).not.toContain('canary');
  });

  test('in the address of the source go into no unit and no crontab', async () => {
    const folder = newFolder();
    for (const parameter of QUERY.split('&')) {
      const source = `https://host.invalid/models?${parameter}`;
      for (const scheduler of ['cron', 'systemd']) {
        const exit = await call(['schedule', scheduler, '--db', 'l.db', '--source', source], { cwd: folder });
        expect([exit.code, exit.stdout, exit.stderr.includes('canary')]).toEqual([2, '', false]);
      }
    }
    const { stdout } = await call(['config', '--json'], {
      env: { MODEL_LEDGER_SOURCE: `https://me:canary@host.invalid/?${QUERY}` },
    });
    expect([stdout.includes('host.invalid'), stdout.includes('canary')]).toEqual([true, false]);
  });

  test.each(['me:canary-word', 'canary-word', 'canary-word:'])('of a proxy are not told: %s', async (user) => {
    const folder = newFolder();
    const { exit } = await sync(folder, answer(), { env: { HTTP_PROXY: `http://${user}@127.0.0.1:9` } });
    expect(exit.code).toBe(3);
    expect(everything(folder, exit)).not.toContain('canary');
  });
});
