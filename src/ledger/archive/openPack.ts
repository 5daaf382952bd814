import type { SharedRange } from '../../core/reading/shared.ts';
import { compress } from './compress.ts';
import { Pool } from './pool.ts';

/** Where in which pack a body stands. */
export interface Place {
  readonly pack: number;
  readonly start: number;
}

/** What a body has in common with one that is there already. */
export interface Likeness {
  readonly base: Place;
  readonly shared: readonly SharedRange[];
}

/**
 * A pack is full with so many bytes that are kept: more compress better, but a run writes all of it again with the one
 * body that it brings, and an import only once.
 */
const FULL_BYTES = { run: 4 << 20, import: 16 << 20 } as const;
/** Large bodies, which mostly have nearly all in common, may fill more. */
const MOST_BYTES = 32 << 20;
/** Or with so many bodies. */
const MOST_BODIES = 256;
/** Or in so many pieces: true lists of 256 runs have a tenth of it. */
const MOST_RANGES = 1 << 20;

export type FilledBy = keyof typeof FULL_BYTES;

/** Whether another body may be put behind so many that take so many bytes. */
export function hasRoom(body: Buffer, bodies: number, bytes: number, filledBy: FilledBy): boolean {
  return bodies < MOST_BODIES && bytes <= Math.min(MOST_BYTES, Math.max(FULL_BYTES[filledBy], 2 * body.length));
}

/** A pack that can still take bodies. */
export class OpenPack {
  readonly id: number;
  readonly pool: Pool;
  readonly #filledBy: FilledBy;
  #bodies: number;
  #isWritten = true;

  constructor(id: number, filledBy: FilledBy, pool = new Pool(), bodies = 0) {
    this.id = id;
    this.pool = pool;
    this.#filledBy = filledBy;
    this.#bodies = bodies;
  }

  hasRoom(body: Buffer, likeness: Likeness | undefined): boolean {
    const shared = this.#sharedOf(likeness).reduce((sum, { bytes }) => sum + bytes, 0);
    const bytes = this.pool.bytes.length + body.length - shared;
    return this.pool.pieces <= MOST_RANGES && hasRoom(body, this.#bodies, bytes, this.#filledBy);
  }

  add(body: Buffer, likeness: Likeness | undefined): Place {
    const start = this.pool.length;
    this.pool.add(body, likeness?.base.start, this.#sharedOf(likeness));
    this.#bodies += 1;
    this.#isWritten = false;
    return { pack: this.id, start };
  }

  /**
   * Its row, where that is not written already.
   * @throws DataFileError when the bodies do not come back as they were
   */
  toWrite() {
    if (this.#isWritten) return undefined;
    const { bytes, ranges } = this.pool;
    const data = compress(bytes);
    this.#isWritten = true;
    return { id: this.id, bodies: this.#bodies, bytes: bytes.length, data, ranges: compress(ranges) };
  }

  /** A body of another pack has to be kept whole. */
  #sharedOf(likeness: Likeness | undefined): readonly SharedRange[] {
    return likeness?.base.pack === this.id ? likeness.shared : [];
  }
}
