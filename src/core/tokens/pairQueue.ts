/** A binary heap of pairs, ordered by rank, then by place. */
export class PairQueue {
  readonly #keys: number[] = [];

  add(rank: number, at: number): void {
    const keys = this.#keys;
    keys.push(rank * 2 ** 32 + at);
    let child = keys.length - 1;
    while (child > 0) {
      const parent = (child - 1) >> 1;
      if (this.#key(parent) <= this.#key(child)) return;
      this.#swap(parent, child);
      child = parent;
    }
  }

  take(): { readonly rank: number; readonly at: number } | undefined {
    const keys = this.#keys;
    const top = keys[0];
    const last = keys.pop();
    if (top === undefined || last === undefined) return undefined;
    if (keys.length > 0) {
      keys[0] = last;
      this.#sink();
    }
    return { rank: Math.floor(top / 2 ** 32), at: top % 2 ** 32 };
  }

  #sink(): void {
    const { length } = this.#keys;
    for (let parent = 0; ; ) {
      const left = 2 * parent + 1;
      const right = left + 1;
      let least = parent;
      if (left < length && this.#key(left) < this.#key(least)) least = left;
      if (right < length && this.#key(right) < this.#key(least)) least = right;
      if (least === parent) return;
      this.#swap(parent, least);
      parent = least;
    }
  }

  #key(index: number): number {
    return this.#keys[index] ?? Number.POSITIVE_INFINITY;
  }

  #swap(a: number, b: number): void {
    const key = this.#key(a);
    this.#keys[a] = this.#key(b);
    this.#keys[b] = key;
  }
}
