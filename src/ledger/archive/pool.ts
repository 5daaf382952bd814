import type { SharedRange } from '../../core/reading/shared.ts';
import { notAsBefore } from './compress.ts';

/** A shorter range takes more room than it saves, so its bytes are added again. */
const SHORTEST = 64;
/** Memory costs nothing until it is used; with too little, everything would have to be copied. */
const LEAST_ROOM = 16 << 20;
/** An offset and a length, of four bytes each. */
const PAIR = 8;

/**
 * Bodies one after the other, of which common parts are kept once: `bytes` has the parts that were new when they came,
 * and the ranges put the bodies together from them.
 */
export class Pool {
  #room: Buffer;
  #size: number;
  /** Where each range begins in `bytes`, and where it ends in the sequence of bodies. */
  readonly #offsets: number[] = [];
  readonly #ends: number[] = [];

  /** @param ranges as {@link Pool.ranges} gives them; without them `bytes` are the bodies */
  constructor(bytes: Buffer = Buffer.alloc(0), ranges?: Buffer) {
    this.#room = bytes;
    this.#size = bytes.length;
    if (ranges === undefined) this.#refer(0, bytes.length);
    else {
      for (let i = 0; i < ranges.length; i += PAIR)
        this.#refer(ranges.readUInt32LE(i), ranges.readUInt32LE(i + PAIR / 2));
    }
  }

  /** The length of all bodies together. */
  get length(): number {
    return this.#ends.at(-1) ?? 0;
  }

  get bytes(): Buffer {
    return this.#room.subarray(0, this.#size);
  }

  /** The number of ranges. */
  get pieces(): number {
    return this.#ends.length;
  }

  get ranges(): Buffer {
    const ranges = new DataView(new ArrayBuffer(this.#offsets.length * PAIR));
    this.#offsets.forEach((offset, i) => {
      ranges.setUint32(i * PAIR, offset, true);
      ranges.setUint32(i * PAIR + PAIR / 2, (this.#ends[i] ?? 0) - (this.#ends[i - 1] ?? 0), true);
    });
    return Buffer.from(ranges.buffer);
  }

  /**
   * Appends a body.
   * @param shared what it has in common with the body that begins at `base`
   */
  add(body: Buffer, base = 0, shared: readonly SharedRange[] = []): void {
    const start = this.length;
    let done = 0;
    for (const { at, from, bytes } of shared) {
      this.#keep(body, done, at);
      this.#walk(base + from, bytes, (offset, length, passed) => {
        if (length < SHORTEST) this.#keep(body, at + passed, at + passed + length);
        else this.#refer(offset, length);
      });
      done = at + bytes;
    }
    this.#keep(body, done, body.length);
    this.#walk(start, body.length, (offset, length, passed) => {
      if (this.#room.compare(body, passed, passed + length, offset, offset + length) !== 0) throw notAsBefore();
    });
  }

  /** @throws RangeError where there are not so many bytes */
  read(start: number, bytes: number): Buffer {
    const body = Buffer.allocUnsafe(bytes);
    this.#walk(start, bytes, (offset, length, passed) => {
      this.#room.copy(body, passed, offset, offset + length);
    });
    return body;
  }

  /** Visits the parts of `bytes` that make up a stretch of the bodies. */
  #walk(start: number, bytes: number, visit: (offset: number, length: number, passed: number) => void): void {
    if (start + bytes > this.length) throw new RangeError('the pack is too short');
    let i = this.#find(start);
    for (let passed = 0; passed < bytes; i += 1) {
      const [end = 0, offset = 0] = [this.#ends[i], this.#offsets[i]];
      const into = start + passed - (this.#ends[i - 1] ?? 0);
      const length = Math.min(bytes - passed, end - start - passed);
      if (offset + into + length > this.#size) throw new RangeError('the pack has less than its ranges tell of');
      visit(offset + into, length, passed);
      passed += length;
    }
  }

  /** The index of the range that contains a place. */
  #find(place: number): number {
    let [low, high] = [0, this.#ends.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#ends[middle] ?? 0) > place) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  #keep(body: Buffer, from: number, to: number): void {
    if (from === to) return;
    const size = this.#size + to - from;
    if (size > this.#room.length) {
      const room = Buffer.allocUnsafe(Math.max(size, 2 * this.#room.length, LEAST_ROOM));
      this.#room.copy(room, 0, 0, this.#size);
      this.#room = room;
    }
    body.copy(this.#room, this.#size, from, to);
    this.#refer(this.#size, to - from);
    this.#size = size;
  }

  #refer(offset: number, length: number): void {
    const [end, last] = [this.length, this.#offsets.length - 1];
    if (last >= 0 && (this.#offsets[last] ?? 0) + end - (this.#ends[last - 1] ?? 0) === offset) {
      this.#ends[last] = end + length;
    } else {
      this.#offsets.push(offset);
      this.#ends.push(end + length);
    }
  }
}
