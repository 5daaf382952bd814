import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { define } from '../../src/commands/config.ts';
import { isObject } from '../../src/core/reading/json.ts';
import { call } from '../program/call.ts';
import { newFolder } from '../program/program.ts';
import { ask } from './asking.ts';

const FILE = {
  db: 'from-file.db',
  logFormat: 'text',
  webhook: { url: 'https://hooks.example/canary', types: ['added', 'removed'], minPct: 2.5, noise: true },
  ping: { urlFile: 'secret/ping' },
};

function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = newFolder();
  mkdirSync(join(folder, 'secret'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

/** The settings that have a value other than the default, as `value < origin`. */
async function inForce(cwd: string, args: readonly string[] = [], env: Record<string, string> = {}): Promise<unknown> {
  const { stdout, stderr } = await call(['config', '--json', ...args], {
    cwd,
    env: { MODEL_LEDGER_RETRY_DELAY_MS: '', ...env },
  });
  expect(stderr).toBe('');
  const document: unknown = JSON.parse(stdout);
  const settings = isObject(document) && Array.isArray(document.settings) ? document.settings.filter(isObject) : [];
  const chosen = settings.filter(({ from }) => from !== null && from !== 'default');
  return Object.fromEntries(chosen.map(({ name, value, from }) => [name, `${value} < ${from}`]));
}

describe('the settings in force', () => {
  test('come from flags before the environment, before .env, before the configuration file', async () => {
    const folder = folderWith({
      'model-ledger.config.json': JSON.stringify(FILE),
      'secret/ping': 'https://ping.example/uuid',
      '.env': 'MODEL_LEDGER_WEBHOOK_MIN_PCT=7\nMODEL_LEDGER_LOG_FORMAT=json\nOPENROUTER_API_KEY=sk-canary\n',
    });
    expect(await inForce(folder, ['--db', 'flag.db'], { MODEL_LEDGER_LOG_FORMAT: 'auto' })).toEqual({
      MODEL_LEDGER_DB: 'flag.db < --db',
      MODEL_LEDGER_LOG_FORMAT: 'auto < environment',
      OPENROUTER_API_KEY: '*** < .env',
      MODEL_LEDGER_WEBHOOK_URL: 'https://hooks.example/*** < model-ledger.config.json',
      MODEL_LEDGER_WEBHOOK_TYPES: 'added,removed < model-ledger.config.json',
      MODEL_LEDGER_WEBHOOK_MIN_PCT: '7 < .env',
      MODEL_LEDGER_WEBHOOK_NOISE: 'true < model-ledger.config.json',
      MODEL_LEDGER_PING_URL_FILE: 'secret/ping < model-ledger.config.json',
    });
  });

  test('come from another file by its name, with paths that start there', async () => {
    const folder = folderWith({
      'secret/server.json': JSON.stringify({ db: 'x.db', metrics: { file: '/var/m.prom' } }),
    });
    const expected = {
      MODEL_LEDGER_DB: 'secret/x.db < secret/server.json',
      MODEL_LEDGER_METRICS_FILE: '/var/m.prom < secret/server.json',
    };
    expect(await inForce(folder, ['--config', 'secret/server.json'])).toEqual(expected);
    expect(await inForce(folder, [], { MODEL_LEDGER_CONFIG: 'secret/server.json' })).toEqual(expected);
  });

  test('come from systemd’s credentials last', async () => {
    const folder = folderWith({ 'secret/webhook_url': 'https://hooks.example/canary\n' });
    expect(await inForce(folder, [], { CREDENTIALS_DIRECTORY: join(folder, 'secret') })).toEqual({
      MODEL_LEDGER_WEBHOOK_URL: '*** < credential webhook_url',
    });
  });

  test('are used by the commands', async () => {
    const folder = folderWith({
      'model-ledger.config.json': JSON.stringify({ db: 'from-file.db', source: 'models.json' }),
      'models.json': JSON.stringify({ data: [{ id: 'a/a', pricing: { prompt: '1' } }] }),
    });
    const { code, stderr } = await call(['sync'], { cwd: folder });
    expect([code, stderr]).toEqual([0, 'Began a new ledger in from-file.db.\n']);
  });

  test('fit on a page, each with its key', async () => {
    const folder = folderWith({ 'model-ledger.config.json': JSON.stringify({ feed: { dir: 'public' } }) });
    const { stdout } = await call(['config'], { cwd: folder });
    const lines = stdout.split('\n').map((line) => line.trimEnd().split(/ {2,}/));
    expect(lines[0]).toEqual(['setting', 'in model-ledger.config.json', 'value', 'from']);
    expect(lines).toContainEqual(['MODEL_LEDGER_FEED_DIR', 'feed.dir', 'public', 'model-ledger.config.json']);
    expect(lines).toContainEqual(['MODEL_LEDGER_LOG_FORMAT', 'logFormat', 'auto', 'default']);
  });
});

test.each([
  [80, 'MODEL_LEDGER_FEED_DIR  feed.dir', / {2}public +environment/],
  [
    60,
    'MODEL_LEDGER_FEED_DIR',
    / {2}in model-ledger\.config\.json {2}feed\.dir\n {2}value {2}public\n {2}from {2}environment/,
  ],
])('are folded at %i columns, and a list where that is not enough', async (columns, name, beneath) => {
  const env = { NO_COLOR: '1', MODEL_LEDGER_FEED_DIR: 'public' };
  const { stdout } = await ask(define, [], { columns, env });
  expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(columns);
  expect(stdout).toMatch(new RegExp(`^${name}\n${beneath.source}$`, 'm'));
});

describe('what cannot be meant', () => {
  test.each([
    ['an unknown key', '{"webhok":{"url":"x"}}', 'webhok is not a setting (did you mean webhook?)'],
    [
      'an unknown key in a group',
      '{"webhook":{"minPc":1}}',
      'webhook.minPc is not a setting (did you mean webhook.minPct?)',
    ],
    ['a wrong type', '{"webhook":{"minPct":"5"}}', 'webhook.minPct: Invalid input: expected number, received string'],
    [
      'a secret where it could be shared',
      '{"webhook":{"secret":"canary"}}',
      'webhook.secret is not a setting (did you mean webhook.secretFile?)',
    ],
    ['no JSON', '{"db":', 'bad.json is not JSON'],
    ['a missing file', undefined, 'bad.json cannot be read'],
  ])('in the configuration file stops every command: %s', async (_, text, words) => {
    const folder = folderWith(text === undefined ? {} : { 'bad.json': text });
    const { code, stdout, stderr } = await call(['sync', '--config', 'bad.json'], { cwd: folder });
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(words);
    expect(stderr).not.toContain('canary');
  });

  test.each([
    [{ MODEL_LEDGER_WEBHOOK_URL: 'ftp://canary' }, 'MODEL_LEDGER_WEBHOOK_URL is not an http or https URL'],
    [
      { MODEL_LEDGER_PING_URL_FILE: '/nowhere/ping' },
      'The file of MODEL_LEDGER_PING_URL_FILE, /nowhere/ping, does not exist',
    ],
    [
      { MODEL_LEDGER_WEBHOOK_URL: 'https://x.example', MODEL_LEDGER_WEBHOOK_SECRET: 'whsec_canary!' },
      'MODEL_LEDGER_WEBHOOK_SECRET begins with whsec_ and is not base64.',
    ],
    [
      { MODEL_LEDGER_WEBHOOK_URL: 'https://x.example', MODEL_LEDGER_WEBHOOK_TYPES: 'added,gone' },
      'MODEL_LEDGER_WEBHOOK_TYPES: "gone" is not known',
    ],
    [{ MODEL_LEDGER_WEBHOOK_ALLOW: 'http://x/' }, 'MODEL_LEDGER_WEBHOOK_ALLOW: "http://x/" is no host name.'],
  ])('in the environment stops a run before it begins: %j', async (env, words) => {
    const folder = folderWith({ 'models.json': '{"data":[{"id":"a/a","pricing":{"prompt":"1"}}]}' });
    const { code, stderr } = await call(['sync', '--source', 'models.json', '--db', 'l.db'], { cwd: folder, env });
    expect([code, stderr.includes(words), stderr.includes('canary')]).toEqual([2, true, false]);
  });

  test('as a name in the environment is told and does no harm', async () => {
    const folder = folderWith({ '.env': 'MODEL_LEDGER_WEBHOOK_ULR=https://x.example/canary\n' });
    const { code, stderr } = await call(['config'], { cwd: folder });
    expect(code).toBe(0);
    expect(stderr).toBe(
      'model-ledger: MODEL_LEDGER_WEBHOOK_ULR is not a setting (did you mean MODEL_LEDGER_WEBHOOK_URL?).\n',
    );
  });
});
