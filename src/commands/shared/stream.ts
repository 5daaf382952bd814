import { once } from 'node:events';
import type { Terminal } from './context.ts';

/** The first items of a sequence. They are taken only when they are asked for, and can be read once. */
export class First<T> implements Iterable<T> {
  /** How many items have been read. */
  count = 0;
  /** Whether there are more items than may be read. */
  isCut = false;
  readonly #items: Iterable<T>;
  readonly #most: number;

  constructor(items: Iterable<T>, most: number) {
    this.#items = items;
    this.#most = most;
  }

  *[Symbol.iterator](): Iterator<T, undefined> {
    for (const item of this.#items) {
      this.isCut = this.count >= this.#most;
      if (this.isCut) return;
      this.count += 1;
      yield item;
    }
  }
}

const CHUNK_LENGTH = 1 << 16;

/** Writes texts only as fast as the reader takes them, so that a large result is never in memory as a whole. */
export async function writeAll(texts: Iterable<string>, { stdout }: Terminal): Promise<void> {
  let pending = '';
  for (const text of texts) {
    pending += text;
    if (pending.length < CHUNK_LENGTH) continue;
    if (!stdout.write(pending)) {
      try {
        await once(stdout, 'drain');
      } catch {
        // The reader has closed the pipe, which is handled elsewhere; nobody needs the rest.
        return;
      }
    }
    pending = '';
  }
  stdout.write(pending);
}

/** Converts items one by one as they are asked for. */
export function* mapEach<T, U>(items: Iterable<T>, change: (item: T) => U): Iterable<U> {
  for (const item of items) yield change(item);
}
