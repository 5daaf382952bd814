import { on } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { threadProgram } from '../../config/threadProgram.ts';
import type { UnreadableVersion, Version, VersionBody } from '../history.ts';
import type { GitAnswer, Order } from './gitReader.ts';

/** How many bytes are read ahead, and one object more. */
const AHEAD_BYTES = 32 << 20;
/** Reading goes on when no more bytes than this are left. */
const REFILL_BYTES = AHEAD_BYTES / 2;

/** A thread that reads objects; see `gitReader.ts`. */
export class GitThread {
  readonly #worker = new Worker(threadProgram('./gitReader.cjs', import.meta.url));
  readonly #untaken = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));

  /**
   * Reads objects in order; to be called once. Begins to read immediately, and ends early when the signal is aborted.
   * @throws Error with git's words, when an object is taken
   */
  read(
    folder: string,
    versions: readonly Version[],
    signal: AbortSignal,
  ): AsyncGenerator<VersionBody | UnreadableVersion> {
    signal.throwIfAborted();
    const answers = on(this.#worker, 'message', { signal, close: ['exit'] }) as AsyncIterable<[GitAnswer]>;
    const objects = versions.map(({ object }) => object);
    this.#post({ kind: 'read', folder, objects, untaken: this.#untaken, ahead: AHEAD_BYTES });
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
        // Without a turn of the event loop, waiting messages would be handed out and no signal noticed.
        await setImmediate();
        if (signal.aborted) return;
      }
      throw new Error('the thread that reads git has ended');
    } catch (error) {
      // Stopped; what was read so far is kept.
      if (!signal.aborted) throw error;
    }
  }

  /** Ends the thread and its git. */
  stop(): void {
    this.#post({ kind: 'stop' });
    this.#take(Atomics.load(this.#untaken, 0));
  }

  #post(order: Order): void {
    this.#worker.postMessage(order);
  }

  #take(bytes: number): void {
    const before = Atomics.sub(this.#untaken, 0, bytes);
    // Waking the other thread for each object would make it compete with this one on a busy machine.
    if (before > REFILL_BYTES && before - bytes <= REFILL_BYTES) Atomics.notify(this.#untaken, 0);
  }
}
