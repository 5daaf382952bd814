import { guessPosition } from '../../core/reading/knownElement.ts';
import type { ModelList } from '../../core/reading/modelList.ts';

/**
 * A body told from another one: which of its bytes to copy and which to add.
 *
 * Its form: the length of the instructions, the instructions, the added bytes. An instruction is how many bytes to add,
 * where to copy from (counted from where the last copy ended), how many to copy; all varints. The rest is added.
 */

/** Tells `body` from `base`; the lists say where elements begin, so that only changed ones are looked into. */
export function makeDelta(body: ModelList, base: ModelList): Buffer {
  const recipe = new Recipe(body.bytes, base.bytes);
  const places = body.origin?.mark === base.mark ? body.origin.places : undefined;
  let done = 0;
  body.starts.forEach((start, i) => {
    const end = body.ends[i] ?? start;
    const j = places === undefined ? guessPosition(base, body.bytes, start) : places[i];
    const from = j === undefined ? undefined : base.starts[j];
    const to = j === undefined ? undefined : base.ends[j];
    recipe.addBetween(done, start, from);
    if (from === undefined || to === undefined) recipe.add(start, end);
    else if (body.entries[i] === base.entries[j ?? -1] && to - from === end - start) recipe.copy(from, to);
    else recipe.addChanged(start, end, from, to);
    done = end;
  });
  recipe.addBetween(done, body.bytes.length, base.ends.at(-1));
  return recipe.write();
}

/**
 * @param bytes length of the body
 * @throws RangeError when the delta does not fit the base: one of the two is damaged
 */
export function applyDelta(delta: Buffer, base: Buffer, bytes: number): Buffer {
  const body = Buffer.allocUnsafe(bytes);
  walk(delta, base, bytes, (source, from, to, at) => source.copy(body, at, from, to));
  return body;
}

/** Whether a delta gives back this body, found out without building it. */
export function isDeltaOf(delta: Buffer, base: Buffer, body: Buffer): boolean {
  let isSame = true;
  walk(delta, base, body.length, (source, from, to, at) => {
    isSame &&= body.compare(source, from, to, at, at + to - from) === 0;
  });
  return isSame;
}

type Visit = (source: Buffer, from: number, to: number, at: number) => void;

/** Visits the pieces of the body in their order: where each comes from, and where it goes. */
function walk(delta: Buffer, base: Buffer, bytes: number, visit: Visit): void {
  const reader = new VarintReader(delta);
  const instructionsEnd = reader.read() + reader.at;
  let added = instructionsEnd;
  let filled = 0;
  let copied = 0;
  const take = (source: Buffer, from: number, length: number): void => {
    if (from < 0 || from + length > source.length || filled + length > bytes) throw new RangeError('damaged delta');
    if (length > 0) visit(source, from, from + length, filled);
    filled += length;
  };
  while (reader.at < instructionsEnd) {
    const adds = reader.read();
    take(delta, added, adds);
    added += adds;
    const from = copied + unzigzag(reader.read());
    const length = reader.read();
    take(base, from, length);
    copied = from + length;
  }
  take(delta, added, delta.length - added);
  if (filled !== bytes) throw new RangeError('damaged delta');
}

/** Bytes compared at a time. */
const BLOCK = 64;

/** Collects what to copy and what to add, joining neighbours. */
class Recipe {
  readonly #body: Buffer;
  readonly #base: Buffer;
  readonly #instructions: number[] = [];
  readonly #added: Buffer[] = [];
  #pending = 0;
  #copyFrom = 0;
  #copyTo = 0;
  #lastCopyEnd = 0;

  constructor(body: Buffer, base: Buffer) {
    this.#body = body;
    this.#base = base;
  }

  /** What stands between elements is mostly what stood there before. */
  addBetween(start: number, end: number, nextInBase: number | undefined): void {
    const length = end - start;
    if (length === 0) return;
    const { copyTo, starts } = { copyTo: this.#copyTo, starts: (nextInBase ?? 0) - length };
    if (this.#isSame(start, end, copyTo)) this.copy(copyTo, copyTo + length);
    else if (starts >= 0 && this.#isSame(start, end, starts)) this.copy(starts, starts + length);
    else this.add(start, end);
  }

  /** An element that changed keeps most of its beginning and end. */
  addChanged(start: number, end: number, from: number, to: number): void {
    const most = Math.min(end - start, to - from);
    let head = 0;
    while (head + BLOCK <= most && this.#isSame(start + head, start + head + BLOCK, from + head)) head += BLOCK;
    while (head < most && this.#body[start + head] === this.#base[from + head]) head += 1;
    const rest = most - head;
    let tail = 0;
    while (tail + BLOCK <= rest && this.#isSame(end - tail - BLOCK, end - tail, to - tail - BLOCK)) tail += BLOCK;
    while (tail < rest && this.#body[end - 1 - tail] === this.#base[to - 1 - tail]) tail += 1;
    this.copy(from, from + head);
    this.add(start + head, end - tail);
    this.copy(to - tail, to);
  }

  add(start: number, end: number): void {
    if (end === start) return;
    this.#endCopy();
    this.#added.push(this.#body.subarray(start, end));
    this.#pending += end - start;
  }

  copy(from: number, to: number): void {
    if (to === from) return;
    if (this.#copyTo === from && this.#copyTo > this.#copyFrom) {
      this.#copyTo = to;
      return;
    }
    this.#endCopy();
    this.#copyFrom = from;
    this.#copyTo = to;
  }

  write(): Buffer {
    this.#endCopy();
    const length: number[] = [];
    writeVarint(length, this.#instructions.length);
    return Buffer.concat([Buffer.from(length), Buffer.from(this.#instructions), ...this.#added]);
  }

  #isSame(start: number, end: number, from: number): boolean {
    const to = from + end - start;
    if (end - start === 1) return this.#body[start] === this.#base[from];
    return to <= this.#base.length && this.#body.compare(this.#base, from, to, start, end) === 0;
  }

  #endCopy(): void {
    if (this.#copyTo === this.#copyFrom) return;
    writeVarint(this.#instructions, this.#pending);
    writeVarint(this.#instructions, zigzag(this.#copyFrom - this.#lastCopyEnd));
    writeVarint(this.#instructions, this.#copyTo - this.#copyFrom);
    this.#lastCopyEnd = this.#copyTo;
    this.#copyFrom = this.#copyTo;
    this.#pending = 0;
  }
}

function writeVarint(out: number[], value: number): void {
  let rest = value;
  while (rest > 127) {
    out.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  out.push(rest);
}

class VarintReader {
  at = 0;
  readonly #bytes: Buffer;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  read(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.#bytes[this.at];
      if (byte === undefined || scale > 2 ** 49) throw new RangeError('damaged delta');
      this.at += 1;
      value += (byte % 128) * scale;
      if (byte < 128) return value;
    }
  }
}

function zigzag(value: number): number {
  return value < 0 ? -value * 2 - 1 : value * 2;
}

function unzigzag(value: number): number {
  return value % 2 === 1 ? -(value + 1) / 2 : value / 2;
}
