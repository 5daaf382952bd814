import { on } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { threadProgram } from '../../config/threadProgram.ts';
import type { UnreadableVersion, Version, VersionBody } from '../history.ts';
import type { GitAnswer, Order } from './gitReader.ts';

/** So many bytes are read before they are asked for, and one object more. */
const AHEAD_BYTES = 32 << 20;
/** When no more than so many are left, the next ones are read. */
const REFILL_BYTES = AHEAD_BYTES / 2;

/** A thread that reads objects, see `gitReader`. */
export class GitThread {
  readonly #worker = new Worker(threadProgram('./gitReader.cjs', import.meta.url));
  readonly #untaken = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));

  /**
   * Reads objects, in their order; once. It begins at once, whenever the first is taken, and ends early when stopped by
   * the signal.
   * @throws Error with git's words, when one is taken
   */
  read(
    folder: string,
    versions: readonly Version[],
    signal: AbortSignal,
  ): AsyncGenerator<VersionBody | UnreadableVersion> {
    signal.throwIfAborted();
    const answers = on(this.#worker, 'message', { signal, close: ['exit'] }) as AsyncIterable<[GitAnswer]>;
    const objects = versions.map(({ object }) => object);
    this.#tell({ kind: 'read', folder, objects, untaken: this.#untaken, ahead: AHEAD_BYTES });
    return this.#hand(answers, versions, signal);
  }

  async *#hand(
    answers: AsyncIterable<[GitAnswer]>,
    versions: readonly Version[],
    signal: AbortSignal,
  ): AsyncGenerator<VersionBody | UnreadableVersion> {
    const waiting = versions.values();
    let { value: version } = waiting.next();
    try {
      if (version === undefined) return;
      for await (const [answer] of answers) {
        if (answer.kind === 'failure') throw new Error(answer.words);
        if (answer.kind === 'unreadable') yield { version, unreadable: answer.words };
        else {
          const { bytes, sha256 } = answer;
          this.#take(bytes.length);
          yield { version, bytes: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length), sha256 };
        }
        version = waiting.next().value;
        if (version === undefined) return;
        // Messages that wait are handed out without a turn of the event loop, in which alone a signal is seen.
        await setImmediate();
        if (signal.aborted) return;
      }
      throw new Error('the thread that reads git has ended');
    } catch (error) {
      // Stopped: what has been read so far is worth keeping.
      if (!signal.aborted) throw error;
    }
  }

  /** Ends the thread and its git. */
  stop(): void {
    this.#tell({ kind: 'stop' });
    this.#take(Atomics.load(this.#untaken, 0));
  }

  #tell(order: Order): void {
    this.#worker.postMessage(order);
  }

  #take(bytes: number): void {
    const before = Atomics.sub(this.#untaken, 0, bytes);
    // Woken for every one, the other thread would take this one's place on a busy machine as often.
    if (before > REFILL_BYTES && before - bytes <= REFILL_BYTES) Atomics.notify(this.#untaken, 0);
  }
}
