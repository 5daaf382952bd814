import { once } from 'node:events';
import type { Terminal } from './context.ts';

/** The first of some items, taken as they are asked for; once. */
export class First<T> implements Iterable<T> {
  /** How many have been taken. */
  count = 0;
  /** Whether there were more. */
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

/** Writes texts as fast as the reader takes them, so that a large answer is never held whole. */
export async function writeAll(texts: Iterable<string>, { stdout }: Terminal): Promise<void> {
  let pending = '';
  for (const text of texts) {
    pending += text;
    if (pending.length < CHUNK_LENGTH) continue;
    if (!stdout.write(pending)) {
      try {
        await once(stdout, 'drain');
      } catch {
        // Whoever read has gone, which the program knows already; the rest is for nobody.
        return;
      }
    }
    pending = '';
  }
  stdout.write(pending);
}

/** Each item made into another as it is asked for. */
export function* mapEach<T, U>(items: Iterable<T>, change: (item: T) => U): Iterable<U> {
  for (const item of items) yield change(item);
}
