import { hash } from 'node:crypto';
import { type MessagePort, parentPort } from 'node:worker_threads';
import { messageOf } from '../../core/errors.ts';
import { MOST_BODY_BYTES } from '../../core/reading/bodySize.ts';
import { TOO_LARGE } from '../savedBody.ts';
import { startCatFile } from './catFile.ts';

/** The program of a second thread, which reads and hashes objects while the first one records them. */

/** A message to the thread. */
export type Order =
  | {
      readonly kind: 'read';
      /** The repository. */
      readonly folder: string;
      readonly objects: readonly string[];
      /** Shared by both threads: how many bytes have been read but not taken yet. */
      readonly untaken: Int32Array;
      /** With more untaken bytes than this, the thread waits until it is woken. */
      readonly ahead: number;
    }
  | { readonly kind: 'stop' };

/** The thread's answers, one for each object in turn, until it is stopped or fails. */
export type GitAnswer =
  | { readonly kind: 'body'; readonly bytes: Uint8Array<ArrayBuffer>; readonly sha256: string }
  /** This object cannot be read; others may. */
  | { readonly kind: 'unreadable'; readonly words: string }
  | { readonly kind: 'failure'; readonly words: string };

/** Git ends at a damaged object. If it ends so many times in a row, git or the repository is at fault. */
const MOST_DEATHS = 3;

function listen(port: MessagePort): void {
  const stop = new AbortController();
  port.on('message', async (order: Order) => {
    if (order.kind === 'read') await answer(port, order, stop.signal);
    else stop.abort();
    port.close();
  });
}

async function answer(port: MessagePort, order: Order & { kind: 'read' }, signal: AbortSignal): Promise<void> {
  const { folder, objects, untaken, ahead } = order;
  const post = (words: GitAnswer, ...given: ArrayBuffer[]): void => port.postMessage(words, given);
  let deaths = 0;
  try {
    for (let done = 0; done < objects.length && !signal.aborted; ) {
      let died: unknown;
      const before = done;
      try {
        for await (const bytes of readObjects(folder, objects.slice(done), signal)) {
          done += 1;
          deaths = 0;
          let left = Atomics.add(untaken, 0, bytes.length) + bytes.length;
          post({ kind: 'body', bytes, sha256: hash('sha256', bytes, 'hex') }, bytes.buffer);
          for (; left > ahead; left = Atomics.load(untaken, 0)) Atomics.wait(untaken, 0, left);
        }
      } catch (error) {
        died = error;
      }
      // A new git may be able to read what the last one ended at.
      if (died === undefined || done > before) continue;
      deaths += 1;
      if (deaths >= MOST_DEATHS) throw died;
      post({ kind: 'unreadable', words: messageOf(died) });
      done += 1;
    }
  } catch (error) {
    post({ kind: 'failure', words: messageOf(error) });
  }
}

async function* readObjects(
  folder: string,
  objects: readonly string[],
  signal: AbortSignal,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const { reader, complaint, end } = startCatFile(folder, '--batch', objects, signal);
  try {
    for (const object of objects) {
      const header = (await reader.readLine()).toString('latin1');
      const [, size] = /^[0-9a-f]+ blob (\d+)$/.exec(header) ?? [];
      if (Number(size) > MOST_BODY_BYTES) throw new Error(`object ${object} ${TOO_LARGE}`);
      const body = size === undefined ? undefined : await reader.read(Number(size)).catch(() => undefined);
      if (body === undefined) {
        const words = size === undefined && header !== '' ? header : await complaint;
        // It becomes part of a line.
        throw new Error(`object ${object}: ${words.replaceAll('\n', '; ') || 'git ended before it was read'}`);
      }
      yield body;
      await reader.readLine();
    }
  } finally {
    end();
  }
}

if (parentPort !== null) listen(parentPort);
