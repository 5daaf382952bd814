import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { hash } from 'node:crypto';
import { type MessagePort, parentPort } from 'node:worker_threads';
import { ByteReader } from './bytes.ts';
import { gitEnvironment, gitOptions } from './gitCall.ts';

/** A program of its own, run in a second thread: it reads and hashes objects while the first one records them. */

/** What the thread is told. */
export type Order =
  | {
      readonly kind: 'read';
      /** The repository. */
      readonly folder: string;
      readonly objects: readonly string[];
      /** Shared by both threads: the bytes read that have not been taken yet. */
      readonly untaken: Int32Array;
    }
  | { readonly kind: 'stop' };

/** What it answers, for each object in turn, until it is stopped or fails. */
export type GitAnswer =
  | { readonly kind: 'body'; readonly bytes: Uint8Array<ArrayBuffer>; readonly sha256: string }
  | { readonly kind: 'failure'; readonly words: string };

/** So many bytes are read before they are asked for, and one object more. */
const AHEAD_BYTES = 4 << 20;
/** No list has as many, and the counter of what is untaken has room for them. */
const MOST_BYTES = 1 << 30;

function listen(port: MessagePort): void {
  const stop = new AbortController();
  port.on('message', async (order: Order) => {
    if (order.kind === 'read') await answer(port, order, stop.signal);
    else stop.abort();
    port.close();
  });
}

async function answer(port: MessagePort, order: Order & { kind: 'read' }, signal: AbortSignal): Promise<void> {
  const { folder, objects, untaken } = order;
  const post = (words: GitAnswer, ...given: ArrayBuffer[]): void => port.postMessage(words, given);
  try {
    for await (const bytes of readObjects(folder, objects, signal)) {
      let ahead = Atomics.add(untaken, 0, bytes.length) + bytes.length;
      post({ kind: 'body', bytes, sha256: hash('sha256', bytes, 'hex') }, bytes.buffer);
      for (; ahead > AHEAD_BYTES; ahead = Atomics.load(untaken, 0)) Atomics.wait(untaken, 0, ahead);
    }
  } catch (error) {
    post({ kind: 'failure', words: error instanceof Error ? error.message : String(error) });
  }
}

async function* readObjects(
  folder: string,
  objects: readonly string[],
  signal: AbortSignal,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const args = [...gitOptions(), '-C', folder, 'cat-file', '--batch'];
  const child = spawn('git', args, { env: gitEnvironment() });
  const failure = watch(child);
  const reader = new ByteReader(child.stdout);
  signal.addEventListener('abort', () => end(child), { once: true });
  try {
    child.stdin.end(objects.map((object) => `${object}\n`).join(''));
    for (const object of objects) {
      const header = (await reader.readLine()).toString('latin1');
      const [, size] = /^[0-9a-f]+ blob (\d+)$/.exec(header) ?? [];
      if (Number(size) > MOST_BYTES) throw new Error(`object ${object} has ${size} bytes, which no list has`);
      const body = size === undefined ? undefined : await reader.read(Number(size)).catch(() => undefined);
      if (body === undefined) {
        const answer = size === undefined && header !== '' ? header : (await failure).trim();
        throw new Error(`object ${object}: ${answer || 'git ended before it was read'}`);
      }
      yield body;
      await reader.readLine();
    }
  } finally {
    end(child);
  }
}

/** Whatever stands behind the name git: neither it nor what it started may hold up the end. */
function end(child: ChildProcessWithoutNullStreams): void {
  child.kill('SIGKILL');
  for (const stream of child.stdio) stream?.destroy();
  child.unref();
}

function watch(child: ChildProcessWithoutNullStreams): Promise<string> {
  let words = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    words += text;
  });
  // A reader that has gone away is told by what can be read, not by what could not be written.
  child.stdin.on('error', () => {});
  return new Promise((settle) => {
    child.on('error', (error) => settle(error.message));
    child.on('close', () => settle(words));
  });
}

if (parentPort !== null) listen(parentPort);
