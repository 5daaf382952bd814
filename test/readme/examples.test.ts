import { spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeLedger } from '../ledgers.ts';
import { CLI, newFolder, run, SAMPLES } from '../program/program.ts';
import { HISTORY, hasRecordings, readRecording } from '../recordings.ts';

/** What asks somebody else, changes this machine, stays, or needs a privilege. */
const ELSEWHERE = [
  [/--endpoints|endpoints sync|github\.com|export postgres/, 'asks over the network'],
  [/--install|--remove/, 'installs'],
  [/^model-ledger (?:serve|daemon)/, 'stays'],
  [/ \/(?:backup|srv)\//, 'writes where nobody may'],
  [/history\.bundle|\.\.\/scraper|import endpoints/, 'needs a recording, which the tests of import have'],
  [/\| jq|git add/, 'needs another program'],
] as const;
const ENDPOINTS = join(HISTORY, 'endpoints-2026-summer/2026-07-17.json.gz');
/** A check that says no, as it should: the newest list of the recordings is old. */
const NO = /^model-ledger status --max-age/;

/** Every command by its words, and what its help gives as examples. */
async function readExamples(words: readonly string[], found: Map<string, string[]>): Promise<Map<string, string[]>> {
  const { stdout } = await run([...words, '--help']);
  const [, examples = ''] = stdout.split('\nExamples:\n');
  if (words.length > 0) {
    const calls = examples.split('\n').filter((line) => line.startsWith('  model-ledger '));
    found.set(
      words.join(' '),
      calls.map((call) => call.trim()),
    );
  }
  const [, list = ''] = /\nCommands:\n([\s\S]*?)(?:\n\n|$)/.exec(stdout) ?? [];
  const names = Array.from(list.matchAll(/^ {2}(\w+)/gm), ([, name = '']) => name).filter((name) => name !== 'help');
  await Promise.all(names.map((name) => readExamples([...words, name], found)));
  return found;
}

describe.runIf(hasRecordings)('an example of a help', () => {
  const folder = newFolder(afterAll);
  const ledger = join(folder, 'months.db');
  let examples: Map<string, string[]>;
  let last: string | Buffer | undefined;
  beforeAll(async () => {
    const months = (['spring', 'summer'] as const).flatMap((season) => readRecording(folder, season));
    await makeLedger(ledger, months);
    expect((await run(['import', 'endpoints', ENDPOINTS, '--db', ledger])).code).toBe(0);
    last = months.at(-1)?.body;
    examples = await readExamples([], new Map());
  });

  test('stands below every command, and calls it', () => {
    const without = [...examples].filter(
      ([name, calls]) => !calls.some((call) => call.startsWith(`model-ledger ${name}`)),
    );
    expect(without.map(([name]) => name)).toEqual([]);
  });

  test('can be run as it stands', async () => {
    const calls = [...new Set([...examples.values()].flat())].filter(
      (call) => !ELSEWHERE.some(([pattern]) => pattern.test(call)),
    );
    expect(calls.length).toBeGreaterThan(45);
    const wrong: string[] = [];
    // A few at a time: each has a folder of its own.
    for (let at = 0; at < calls.length; at += 4) {
      await Promise.all(
        calls.slice(at, at + 4).map(async (call, index) => {
          const { code, stderr } = await type(call, newHome(join(folder, `home-${at + index}`), call));
          if (code !== (NO.test(call) ? 1 : 0)) wrong.push(`${call}: ${code} ${stderr}`);
        }),
      );
    }
    expect(wrong).toEqual([]);
  });

  /** A folder with all that an example names. */
  function newHome(home: string, call: string): string {
    for (const folder of ['data', 'saved', 'bin', '.config/fish/completions']) {
      mkdirSync(join(home, folder), { recursive: true });
    }
    copyFileSync(ledger, join(home, 'data/ledger.db'));
    const isMade = /^model-ledger (?:backup|demo)/.test(call);
    const [named] = /\b(?:copy|demo|ledger-2026-05-03)\.db\b/.exec(call) ?? [];
    if (named !== undefined && !isMade) copyFileSync(ledger, join(home, named));
    const [first = '', second = ''] = SAMPLES;
    copyFileSync(first, join(home, 'saved', '2026-05-01T060000Z.json.gz'));
    copyFileSync(second, join(home, 'models-2026-05-01T06-00-00Z.json.gz'));
    writeFileSync(join(home, 'saved.json'), last ?? '');
    writeFileSync(join(home, 'prompt.md'), '# A question\n\nWhat does it cost?\n');
    writeFileSync(join(home, 'chat.json'), JSON.stringify([{ role: 'user', content: 'What does it cost?' }]));
    writeFileSync(join(home, 'tokenizer.json'), TOKENIZER);
    writeFileSync(join(home, 'server.json'), '{"db":"data/ledger.db"}');
    const request = {
      model: 'openai/gpt-5',
      time: '2026-07-01T00:00:00Z',
      prompt_tokens: 60,
      text: 'word '.repeat(60),
    };
    writeFileSync(join(home, 'usage.jsonl'), `${JSON.stringify(request)}\n`.repeat(6));
    writeFileSync(join(home, 'bin', 'model-ledger'), `#!/bin/sh\nexec "${process.execPath}" "${CLI}" "$@"\n`, {
      mode: 0o755,
    });
    return home;
  }
});

const TOKENIZER = JSON.stringify({
  model: { type: 'WordLevel', vocab: { a: 0, '[UNK]': 1 }, unk_token: '[UNK]' },
  pre_tokenizer: { type: 'Whitespace' },
  ...{ added_tokens: [], normalizer: null, post_processor: null, decoder: null },
});

/** Types a line into a shell. */
async function type(line: string, home: string): Promise<{ code: number | null; stderr: string }> {
  const env = {
    ...{ PATH: `${join(home, 'bin')}${delimiter}${process.env.PATH ?? ''}`, HOME: home, TZ: 'UTC' },
    MODEL_LEDGER_SOURCE: join(home, 'saved.json'),
  };
  const child = spawn('bash', ['-c', line], { cwd: home, env, stdio: ['ignore', 'ignore', 'pipe'], timeout: 120_000 });
  let stderr = '';
  for await (const chunk of child.stderr) stderr += String(chunk);
  const code = child.exitCode ?? (await new Promise<number | null>((resolve) => child.once('close', resolve)));
  return { code, stderr };
}
