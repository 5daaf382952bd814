import { PairQueue } from './pairQueue.ts';

/** A vocabulary of byte pairs: the rank of each token by its bytes, and what a text is cut into first. */
export interface BytePairs {
  /** By the token's bytes as latin-1 text. */
  readonly ranks: ReadonlyMap<string, number>;
  readonly split: RegExp;
}

/** Pieces up to this length are merged by looking through them again and again, which is faster there. */
const SHORT = 64;
const CACHED = 50_000;
/** So many characters are counted between two steps. */
const STEP = 100_000;

/**
 * Counts the tokens of a text exactly, special tokens taken for the text they are. The libraries that do this take the
 * square of the length of a piece without a space, a minute for 200,000 letters; this takes time in proportion.
 */
export class TokenCounter {
  readonly #pairs: BytePairs;
  readonly #counts = new Map<string, number>();

  constructor(pairs: BytePairs) {
    this.#pairs = pairs;
  }

  count(text: string): number {
    let count = 0;
    for (const [piece] of text.matchAll(this.#pairs.split)) count += this.#countPiece(piece);
    return count;
  }

  /** Counts as {@link count} does, and tells now and then, by the characters behind it, how far it has come. */
  *countInSteps(text: string): Generator<number, number, undefined> {
    let [count, told] = [0, 0];
    for (const { 0: piece, index } of text.matchAll(this.#pairs.split)) {
      count += this.#countPiece(piece);
      if (index - told < STEP) continue;
      told = index;
      yield index;
    }
    return count;
  }

  #countPiece(piece: string): number {
    const known = this.#counts.get(piece);
    if (known !== undefined) return known;
    const bytes = Buffer.from(piece, 'utf8').toString('latin1');
    const merge = bytes.length <= SHORT ? mergeShort : mergeLong;
    const count = this.#pairs.ranks.has(bytes) ? 1 : merge(bytes, this.#pairs.ranks);
    if (piece.length <= SHORT) {
      if (this.#counts.size >= CACHED) this.#counts.clear();
      this.#counts.set(piece, count);
    }
    return count;
  }
}

function mergeShort(bytes: string, ranks: ReadonlyMap<string, number>): number {
  const parts = [...bytes];
  for (;;) {
    let best = Number.POSITIVE_INFINITY;
    let at = -1;
    for (let i = 0; i + 1 < parts.length; i += 1) {
      const rank = ranks.get(`${parts[i]}${parts[i + 1]}`) ?? Number.POSITIVE_INFINITY;
      if (rank >= best) continue;
      best = rank;
      at = i;
    }
    if (at < 0) return parts.length;
    parts.splice(at, 2, `${parts[at]}${parts[at + 1]}`);
  }
}

/** The same with a queue of pairs: the lowest rank first, the leftmost of equal ones. */
function mergeLong(bytes: string, ranks: ReadonlyMap<string, number>): number {
  const { length } = bytes;
  // The parts as a list: a part runs from its index to `end`, the one before it begins at `before`.
  const end = Int32Array.from({ length }, (_, i) => i + 1);
  const before = Int32Array.from({ length }, (_, i) => i - 1);
  const queue = new PairQueue();
  const rankAt = (at: number): number | undefined => {
    const next = end[at] ?? length;
    return next >= length ? undefined : ranks.get(bytes.slice(at, end[next]));
  };
  const offer = (at: number): void => {
    const rank = rankAt(at);
    if (rank !== undefined) queue.add(rank, at);
  };
  for (let at = 0; at < length; at += 1) offer(at);
  let count = length;
  for (let next = queue.take(); next !== undefined; next = queue.take()) {
    // A pair that has changed since it was offered has another rank, or none: its new self stands in the queue too.
    if ((end[next.at] ?? 0) === 0 || rankAt(next.at) !== next.rank) continue;
    const right = end[next.at] ?? length;
    const after = end[right] ?? length;
    end[next.at] = after;
    end[right] = 0;
    if (after < length) before[after] = next.at;
    count -= 1;
    offer(next.at);
    const left = before[next.at] ?? -1;
    if (left >= 0) offer(left);
  }
  return count;
}
