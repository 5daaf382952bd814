import { writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { LIST } from '../upstream/misbehaving.ts';
import { pipeIn, readerOf } from './namedPipe.ts';
import { CLI, lastRun, ledgerOf, newFolder, query, start, startProcess } from './program.ts';

const newPipe = (folder: string): string => join(folder, pipeIn(folder));

const args = (folder: string, source: string): string[] => [
  ...['sync', '--db', join(folder, 'l.db'), '--scope', 'output_modalities=text', '--source', source],
];

/** Waits until the run has begun: by then it looks at its source. */
async function begun(folder: string): Promise<void> {
  for (;;) {
    try {
      if (query(join(folder, 'l.db'), 'SELECT * FROM sync_runs').length === 0) return;
    } catch {
      // Not made yet.
    }
    await sleep(20);
  }
}

describe('a source that is a pipe', () => {
  test.each(['SIGTERM', 'SIGINT'] as const)('to which nobody writes hears the first %s', async (signal) => {
    const folder = newFolder();
    const running = start(args(folder, newPipe(folder)), { input: '' });
    await begun(folder);
    running.child.kill(signal);
    const { code, stderr } = await running.exit;
    expect([code, stderr.split('\n').at(-2)?.trim()]).toEqual([
      signal === 'SIGTERM' ? 143 : 130,
      expect.stringContaining('The run was stopped; nothing was changed.'),
    ]);
    expect(lastRun(join(folder, 'l.db')).status).toBe('failed');
  });

  test.each([
    ['cost', '--log'],
    ['import', 'files', '--at', '2026-05-01'],
  ])('and is no list hears the first signal too: %s', async (...words) => {
    const folder = newFolder();
    const db = await ledgerOf(folder, 1);
    const pipe = newPipe(folder);
    const running = start([...words, pipe, '--db', db], { input: '' });
    const close = await readerOf(pipe);
    running.child.kill('SIGTERM');
    expect((await running.exit).code).toBe(143);
    close();
  });

  test.each([['cost', '--log'], ['calibrate']])(
    'whose log is long hears the signal while that is added up: %s',
    async (...words) => {
      const folder = newFolder();
      const db = await ledgerOf(folder, 1);
      const pipe = newPipe(folder);
      const running = start([...words, pipe, '--db', db], { input: '' });
      const request = { model: 'openai/o3', time: '2026-05-02T00:00:00Z', prompt_tokens: 1000, characters: 4000 };
      const writer = await open(pipe, 'w');
      await writer.writeFile(`${JSON.stringify(request)}\n`.repeat(200_000));
      // All of it has been handed over: what is left is to read it and to add it up.
      await writer.close();
      running.child.kill('SIGTERM');
      const { code, stdout } = await running.exit;
      expect([code, stdout]).toEqual([143, '']);
    },
  );

  test('is read to its end, though its writer comes late and writes in pieces', async () => {
    const folder = newFolder();
    const pipe = newPipe(folder);
    const running = start(args(folder, pipe), { input: '' });
    await begun(folder);
    const writer = await open(pipe, 'w');
    for (const part of [LIST.slice(0, 10), LIST.slice(10, 500), LIST.slice(500)]) {
      await writer.write(part);
      await sleep(30);
    }
    await writer.close();
    expect((await running.exit).code).toBe(0);
    expect(lastRun(join(folder, 'l.db'))).toMatchObject({ status: 'changed', body_bytes: LIST.length });
  });

  test.each(['<(cat list.json)', '/dev/stdin < <(cat list.json)', '/dev/fd/0 < list.json', '/dev/stdin < list.json'])(
    'that a shell made is read to its end: %s',
    async (source) => {
      const folder = newFolder();
      writeFileSync(join(folder, 'list.json'), LIST);
      const words = [process.execPath, CLI, ...args(folder, '')].slice(0, -1).map((word) => `'${word}'`);
      const { code } = await startProcess('bash', ['-c', `${words.join(' ')} ${source}`], { cwd: folder, input: '' })
        .exit;
      expect([code, lastRun(join(folder, 'l.db')).body_bytes]).toEqual([0, LIST.length]);
    },
  );

  test('that nobody ever wrote to is an empty answer', async () => {
    const folder = newFolder();
    const words = [process.execPath, CLI, ...args(folder, '')].slice(0, -1).map((word) => `'${word}'`);
    const { code, stdout } = await startProcess('bash', ['-c', `${words.join(' ')} <(true)`], { input: '' }).exit;
    expect([code, stdout]).toEqual([4, expect.stringContaining('empty')]);
  });

  test('without end is cut at what a list may have', async () => {
    const folder = newFolder();
    const { code, stderr } = await start(args(folder, '/dev/zero'), { input: '' }).exit;
    expect([code, stderr]).toEqual([3, expect.stringContaining('The source is longer than 64 MiB')]);
  });
});
