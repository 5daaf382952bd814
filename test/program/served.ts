import { onTestFinished } from 'vitest';
import { type Running, start } from './program.ts';

export interface Served extends Running {
  readonly url: string;
  /** What it has written so far. */
  readonly log: () => string;
}

/** Starts the server at a free port and waits until it listens; it is killed when the test ends. */
export async function served(
  args: readonly string[],
  whenOver: (clean: () => void) => void = onTestFinished,
): Promise<Served> {
  const running = start(['serve', '--port', '0', '--log-format', 'text', ...args], { input: '', timeout: 300_000 });
  whenOver(() => void running.child.kill('SIGKILL'));
  let log = '';
  const url = await new Promise<string>((resolve, reject) => {
    running.child.stderr.on('data', (chunk: Buffer) => {
      log += chunk.toString();
      const found = /at (http:\/\/\S+)/.exec(log)?.[1];
      if (found !== undefined) resolve(found.replace(/\/$/, ''));
    });
    running.child.on('close', () => reject(new Error(log)));
  });
  return { ...running, url, log: () => log };
}
