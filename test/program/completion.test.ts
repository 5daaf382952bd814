import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeLedger } from '../ledgers.ts';
import { CLI, checksums, newFolder, run } from './program.ts';

let cwd: string;

const IDS = ['a/one', 'a/one-mini', 'a/one:free', 'b/two', '~b/latest', 'b/$(touch x)', "b/o'clock", 'b/a b'];

beforeAll(async () => {
  cwd = newFolder(afterAll);
  const data = IDS.map((id) => ({ id, name: id, context_length: 1, pricing: { prompt: '1', completion: '1' } }));
  const lists = [data, data.slice(1)].map((entries, i) => ({
    at: `2026-05-0${i + 1}T00:00:00.000Z`,
    body: JSON.stringify({ data: entries }),
  }));
  await makeLedger(join(cwd, 'ledger.db'), lists);
  mkdirSync(join(cwd, 'bin'));
  // Is what was typed, as a shell hands it over; the questions of the script reach the program.
  const program = join(cwd, 'bin/model-ledger');
  writeFileSync(
    program,
    `#!/bin/sh\ncase $1 in __complete | completion) exec "${process.execPath}" "${CLI}" "$@" ;; esac\nprintf '<%s>' "$@"\n`,
  );
  chmodSync(program, 0o755);
});

const env = { MODEL_LEDGER_DB: 'ledger.db' };

/** The words that may stand last; what they mean left out. */
async function complete(...words: string[]): Promise<string[]> {
  const { code, stdout, stderr } = await run(['__complete', '--', ...words], { cwd, env });
  expect([code, stderr]).toEqual([0, '']);
  return stdout.split('\n').flatMap((line) => (line === '' ? [] : [line.split('\t')[0] ?? '']));
}

async function helpOf(...command: string[]): Promise<string> {
  return (await run([...command, '--help'], { cwd })).stdout;
}

describe('what may come next', () => {
  test('is every command that the help names, and each of its options', async () => {
    const help = await helpOf();
    const named = (text: string): string[] =>
      Array.from((text.split('\nCommands:\n')[1] ?? '').matchAll(/^ {2}([a-z]\S*)/gm), ([, name]) => name ?? '');
    const commands = named(help);
    expect(commands.length).toBeGreaterThan(20);
    expect(await complete('')).toEqual(commands);
    expect(await complete('help', '')).toEqual(commands);
    const flags = await Promise.all(
      commands
        .filter((name) => name !== 'help')
        .map(async (name) => {
          const text = (await helpOf(name)).split('\n\n').find((part) => part.startsWith('Options:')) ?? '';
          const listed = Array.from(text.matchAll(/^ {2}(?:-\w, )?(--[\w-]+)/gm), ([, flag]) => flag ?? '');
          return { name, listed, offered: await complete(name, '--') };
        }),
    );
    expect(flags.map(({ name, offered }) => [name, offered])).toEqual(flags.map(({ name, listed }) => [name, listed]));
    expect((await complete('__')).concat(await complete('nonsense', ''))).toEqual([]);
  });

  test('is a model where one is asked for, also one that is gone, and only what is one plain word', async () => {
    expect(await complete('show', '')).toEqual(['a/one', 'a/one-mini', 'a/one:free', 'b/two', '~b/latest']);
    expect(await complete('cost', 'b/two', '--prompt-tokens', '1', 'a/one:')).toEqual(['a/one:free']);
    expect(await complete('show', 'tw')).toEqual(['b/two']);
    expect(await complete('show', 'one')).toEqual([]);
    expect(await complete('prices', '--model', 'a/one-')).toEqual(['a/one-mini']);
    expect(await complete('prices', '--model=a/one-')).toEqual(['--model=a/one-mini']);
    expect(await complete('changes', '--author', '')).toEqual(['a', 'b']);
    const { stdout } = await run(['__complete', '--', 'show', 'a/one'], { cwd, env });
    expect(stdout).toBe('a/one\tremoved 2026-05-02\na/one-mini\na/one:free\n');
  });

  test('is a choice, a type, a file or a folder where that is asked for', async () => {
    expect(await complete('changes', '--type', 're')).toEqual(['removed', 'restored', 'repriced']);
    expect(await complete('sync', '--log-format', '')).toEqual(['auto', 'text', 'json']);
    expect(await complete('completion', 'f')).toEqual(['fish']);
    expect(await complete('show', '--db', '')).toEqual([':files']);
    expect(await complete('sync', '--source', '')).toEqual([':files']);
    expect(await complete('export', 'parquet', '')).toEqual([':folders']);
    expect(await complete('import', '')).toContain('git');
    expect(await complete('schedule', 'systemd', '--inst')).toEqual(['--install']);
    expect(await complete('prices', '--json', '--js')).toEqual([]);
    expect(await complete('prices', '--sort')).toEqual(['--sort']);
    expect(await complete('cost', '--prompt-tokens', '')).toEqual([]);
  });

  test('is no model without a ledger that can be read, and asking writes nothing', async () => {
    const before = checksums(join(cwd, 'ledger.db'));
    const names = readdirSync(cwd);
    expect(await complete('show', '--db', 'nowhere.db', 'a')).toEqual([]);
    expect(await complete('show', '--db', 'bin/model-ledger', 'a')).toEqual([]);
    expect(await complete('show', '--db=ledger.db', 'a/one-')).toEqual(['a/one-mini']);
    expect(checksums(join(cwd, 'ledger.db'))).toEqual(before);
    expect(readdirSync(cwd)).toEqual(names);
  });
});

/** Whether a program is here; said where it is not. */
function has(program: string): boolean {
  const found = spawnSync(program, ['--version']).error === undefined;
  if (!found) console.info(`no ${program} here: the completion of it is left out of this run`);
  return found;
}

const PROMPT = 'READY> ';

/** Types lines into a shell on a terminal, each after the last was answered; what was handed to the program for each. */
async function typeInto(shell: string, lines: readonly string[]): Promise<string[]> {
  const path = `${join(cwd, 'bin')}:${process.env.PATH ?? ''}`;
  const child = spawn('script', ['-qfec', shell, '/dev/null'], {
    cwd,
    env: { ...env, PATH: path, HOME: cwd, PS1: PROMPT, TERM: 'dumb', LC_ALL: 'C.UTF-8' },
    timeout: 30_000,
    killSignal: 'SIGKILL',
  });
  let shown = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    shown += text;
  });
  const until = async (isThere: () => boolean): Promise<void> => {
    while (!isThere() && child.exitCode === null && child.signalCode === null)
      await new Promise((resolve) => setTimeout(resolve, 20));
  };
  const answers: string[] = [];
  await until(() => shown.includes(PROMPT));
  for (const line of lines) {
    shown = '';
    child.stdin.write(`${line}\n`);
    await until(() => /\n[^\n]*READY> /.test(shown));
    answers.push((shown.match(/<[^<>\r\n]*>/g) ?? []).join(''));
  }
  const over = new Promise((resolve) => child.on('close', resolve));
  child.stdin.end('exit\n');
  await over;
  return answers;
}

const TYPED = [
  ['model-ledger show b/t\t', '<show><b/two>'],
  ['model-ledger cost a/one:\t', '<cost><a/one:free>'],
  ['model-ledger cost "a/one:f\t', '<cost><a/one:free>'],
  ['model-ledger prices --model=a/one-\t', '<prices><--model=a/one-mini>'],
  ['model-ledger prices --sort cont\t', '<prices><--sort><context>'],
  ['model-ledger sched\tsys\t--inst\t', '<schedule><systemd><--install>'],
  // Beside it lies ledger.lock.db.
  ['model-ledger prices --db ledger.d\t', '<prices><--db><ledger.db>'],
] as const;

describe('on a terminal', () => {
  test.runIf(has('script') && has('bash'))('bash puts it in', async () => {
    const [, ...answers] = await typeInto('bash --norc --noprofile -i', [
      'source <(model-ledger completion bash)',
      ...TYPED.map(([line]) => line),
    ]);
    expect(answers).toEqual(TYPED.map(([, answer]) => answer));
  });

  test.runIf(has('script') && has('zsh'))('zsh puts it in', async () => {
    const [, ...answers] = await typeInto('zsh -f -i', [
      'autoload -U compinit; compinit -u -D; unsetopt automenu; source <(model-ledger completion zsh)',
      ...TYPED.slice(0, -1).map(([line]) => line),
    ]);
    expect(answers).toEqual(TYPED.slice(0, -1).map(([, answer]) => answer));
  });

  test.runIf(has('fish'))('fish offers it', () => {
    const offered = (line: string): string[] => {
      const script = `model-ledger completion fish | source; complete -C '${line}'`;
      const options = { cwd, encoding: 'utf8' as const };
      const path = `${join(cwd, 'bin')}:${process.env.PATH ?? ''}`;
      const { stdout } = spawnSync('fish', ['-c', script], { ...options, env: { ...env, PATH: path, HOME: cwd } });
      return stdout.trim().split('\n');
    };
    expect(offered('model-ledger show a/one')).toEqual(['a/one\tremoved 2026-05-02', 'a/one:free', 'a/one-mini']);
    expect(offered('model-ledger prices --sort cont')).toEqual(['context']);
    expect(offered('model-ledger prices --db led')).toContain('ledger.db');
  });
});
