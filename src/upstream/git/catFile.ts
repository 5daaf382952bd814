import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { ByteReader } from './bytes.ts';
import { gitEnvironment, gitOptions, inRepository } from './gitCall.ts';

/** A running `git cat-file` that answers about objects, in the order in which they were named. */
export interface CatFile {
  readonly reader: ByteReader;
  /** What git had to complain about; there once it has ended. */
  readonly complaint: Promise<string>;
  readonly end: () => void;
}

/** @param mode `--batch`, or `--batch-check=…` with a format */
export function startCatFile(folder: string, mode: string, objects: readonly string[], signal: AbortSignal): CatFile {
  const child = spawn('git', [...gitOptions(), ...inRepository(folder), 'cat-file', mode], { env: gitEnvironment() });
  const complaint = watchComplaint(child);
  const kill = (): void => endChild(child);
  signal.addEventListener('abort', kill, { once: true });
  child.stdin.end(objects.map((object) => `${object}\n`).join(''));
  const end = (): void => {
    signal.removeEventListener('abort', kill);
    kill();
  };
  return { reader: new ByteReader(child.stdout), complaint, end };
}

/** Kills what runs under the name git, and lets go of its pipes: a process that it started may hold them open. */
function endChild(child: ChildProcessWithoutNullStreams): void {
  child.kill('SIGKILL');
  for (const stream of child.stdio) stream?.destroy();
  child.unref();
}

const MOST_COMPLAINT = 4096;

function watchComplaint(child: ChildProcessWithoutNullStreams): Promise<string> {
  let words = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    words = (words + text).slice(-MOST_COMPLAINT);
  });
  // Where git has gone away, its missing answers tell of it.
  child.stdin.on('error', () => {});
  return new Promise((settle) => {
    child.on('error', (error) => settle(error.message));
    child.on('close', () => settle(words.trim()));
  });
}
