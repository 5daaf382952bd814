import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { answer } from '../upstream/misbehaving.ts';
import { pipeIn, readerOf } from './namedPipe.ts';
import { CLI, ledgerOf, newFolder, query, type Running, run, sample, serve, start, startProcess } from './program.ts';

const LIST = 'http://127.0.0.1:9/api/v1/models?output_modalities=all';

/** How a process ends that gets one signal; `killed` where it had to be ended. */
async function endOf({ child, exit }: Running, signal: NodeJS.Signals): Promise<string> {
  const ended = exit.then(({ code }) => `${code ?? child.signalCode}`);
  child.kill(signal);
  const late = new AbortController();
  const outcome = await Promise.race([ended, sleep(60_000, 'killed', { signal: late.signal })]);
  late.abort();
  child.kill('SIGKILL');
  return outcome;
}

test.skipIf(process.platform === 'win32')('a device that has nothing is empty, and nobody waits for it', async () => {
  const db = await ledgerOf(newFolder(), 1);
  const { code, stdout } = await run(['sync', '--db', db, '--source', '/dev/null', '--scope', 'output_modalities=all']);
  expect([code, stdout]).toEqual([4, expect.stringContaining('Upstream answered with an empty body.')]);
  expect((await run(['cost', '--db', db, '--log', '/dev/null'])).stderr).toContain('The log is empty.');
  expect((await run(['tokens', '--db', db, '--json', '/dev/null'])).code).toBe(0);
  const env = { MODEL_LEDGER_ENV_FILE: '/dev/null', MODEL_LEDGER_CONFIG: '/dev/stdin' };
  const { exit } = startProcess('sh', ['-c', `true | '${process.execPath}' '${CLI}' status --db '${db}'`], { env });
  expect((await exit).stderr).toContain('/dev/stdin is not JSON');
});

describe.skipIf(process.platform === 'win32')('a pipe to which nobody writes', () => {
  const PLACES: readonly (readonly [string, readonly string[], Record<string, string>])[] = [
    ['--config', ['--config', 'pipe', 'prices'], {}],
    ['MODEL_LEDGER_ENV_FILE', ['prices'], { MODEL_LEDGER_ENV_FILE: 'pipe' }],
    ['a file with a key', ['sync', '--source', LIST], { OPENROUTER_API_KEY_FILE: 'pipe' }],
    ['a file with an address', ['sync', '--source', LIST], { MODEL_LEDGER_WEBHOOK_URL_FILE: 'pipe' }],
    ['--tokenizer', ['tokens', 'text.txt', '--tokenizer', 'qwen/*=pipe'], {}],
    ['a text', ['tokens', 'pipe'], {}],
    ['--log', ['cost', '--log', 'pipe'], {}],
    ['a log to learn from', ['calibrate', 'pipe'], {}],
    ['--token-file', ['serve', '--port', '0', '--token-file', 'pipe'], {}],
    ['--source', ['sync', '--source', 'pipe'], {}],
  ];
  test('hears the first signal, wherever its name was given', async () => {
    const ends: unknown[] = [];
    for (const [i, [place, args, env]] of PLACES.entries()) {
      const folder = newFolder();
      const db = await ledgerOf(folder, 1);
      const pipe = join(folder, pipeIn(folder));
      writeFileSync(join(folder, 'text.txt'), 'a text');
      const running = start(args, { cwd: folder, input: '', env: { MODEL_LEDGER_DB: db, ...env } });
      const close = await readerOf(pipe);
      ends.push([place, await endOf(running, i % 2 === 0 ? 'SIGTERM' : 'SIGINT')]);
      close();
    }
    // By a signal that nobody listened for, or as the program ends after one: a shell tells both alike.
    const expected = PLACES.map(([place], i) => [
      place,
      expect.stringMatching(i % 2 === 0 ? /^(?:143|SIGTERM)$/ : /^(?:130|SIGINT)$/),
    ]);
    expect(ends).toEqual(expected);
  });

  test.each([
    ['sql', '-'],
    ['tokens', '-'],
    ['cost', '--log', '-'],
  ])('as standard input of %s hears the first signal while more may come', async (...args) => {
    const running = start([...args, '--db', await ledgerOf(newFolder(), 1)]);
    // More than a pipe holds, so that it is being read.
    await new Promise((taken) => running.child.stdin.write(' '.repeat(1 << 20), taken));
    expect(await endOf(running, 'SIGTERM')).toBe('143');
  });

  test('through which a secret comes is read to its end, as a shell hands one over', async () => {
    const folder = newFolder();
    const db = await ledgerOf(folder, 1);
    const upstream = await serve(answer(readFileSync(sample(2), 'utf8')));
    const env = { OPENROUTER_API_KEY_FILE: join(folder, pipeIn(folder)) };
    const running = start(['sync', '--db', db, '--source', upstream.url.href], {
      env,
      input: '',
    });
    await writeFile(env.OPENROUTER_API_KEY_FILE, 'sk-or-through-a-pipe\n');
    expect((await running.exit).code).toBe(0);
    expect(upstream.requests[0]?.headers.authorization).toBe('Bearer sk-or-through-a-pipe');
  });

  test('is no data file, no lock and no repository', async () => {
    const folder = newFolder();
    const db = await ledgerOf(folder, 1);
    pipeIn(folder);
    pipeIn(folder, 'other.lock.db');
    const refused = async (...args: readonly string[]) => {
      const { code, stderr } = await run(args, { cwd: folder });
      return [code, /\S* is (?:no regular|neither a folder nor a) file/.exec(stderr)?.[0]];
    };
    const words = 'pipe is no regular file';
    expect(await refused('sync', '--db', 'pipe', '--source', sample(1))).toEqual([5, words]);
    expect(await refused('prices', '--db', 'pipe')).toEqual([5, words]);
    expect(await refused('restore', db, '--db', 'pipe')).toEqual([5, words]);
    expect(await refused('sync', '--db', 'other.db', '--source', sample(1))).toEqual([
      5,
      `${join(folder, 'other.lock.db')} is no regular file`,
    ]);
    expect(await refused('import', 'git', 'pipe', '--path', 'x.json')).toEqual([
      2,
      'pipe is neither a folder nor a file',
    ]);
  });
});

describe.runIf(process.platform === 'linux' && existsSync('/usr/bin/cc'))('a resolver that never answers', () => {
  test('keeps no lock and no run open, and the process hears the first signal', async () => {
    const folder = newFolder();
    const source = join(folder, 'resolver.c');
    writeFileSync(source, '#include <unistd.h>\nint getaddrinfo() { for (;;) pause(); }\n');
    execFileSync('cc', ['-shared', '-fPIC', '-o', join(folder, 'resolver.so'), source]);
    const db = await ledgerOf(folder, 1);
    const env = { LD_PRELOAD: join(folder, 'resolver.so'), MODEL_LEDGER_TIMEOUT_MS: '100' };
    const running = start(
      ['sync', '--db', db, '--source', 'http://models.invalid/api/v1/models?output_modalities=all'],
      { env, input: '' },
    );
    const last = () => query(db, 'SELECT status FROM sync_runs ORDER BY id DESC LIMIT 1')[0]?.status;
    while (last() !== 'failed') await sleep(50);
    // The lock is free: another run goes on at once.
    expect((await run(['sync', '--db', db, '--source', sample(2), '--wait', '60s'])).code).toBe(0);
    expect(await endOf(running, 'SIGTERM')).toMatch(/^(?:3|143|SIGTERM)$/);
    expect((await running.exit).stderr).toMatch(/no whole answer within 0\.1 s/);
  });
});
