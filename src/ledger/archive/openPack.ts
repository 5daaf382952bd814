import type { SharedRange } from '../../core/reading/shared.ts';
import { compress } from './compress.ts';
import { Pool } from './pool.ts';

/** The pack of a body, and where in it the body begins. */
export interface Place {
  readonly pack: number;
  readonly start: number;
}

/** What a body has in common with one that is stored already. */
export interface Likeness {
  readonly base: Place;
  readonly shared: readonly SharedRange[];
}

/**
 * A pack is full with so many bytes. Larger ones compress better, but a run writes the whole pack again for one new
 * body, while an import writes it once.
 */
const FULL_BYTES = { run: 4 << 20, import: 16 << 20 } as const;
/** A pack of large bodies, which mostly have nearly everything in common, may have more. */
const MOST_BYTES = 32 << 20;
const MOST_BODIES = 256;
/** A pack is also full with so many ranges; 256 real lists have a tenth of them. */
const MOST_RANGES = 1 << 20;

export type FilledBy = keyof typeof FULL_BYTES;

/** Whether a pack with so many bodies and bytes may take another body. */
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
   * The row of the pack; undefined where it is already written.
   * @throws DataFileError when it does not unpack to the same bytes
   */
  toWrite() {
    if (this.#isWritten) return undefined;
    const { bytes, ranges } = this.pool;
    const data = compress(bytes);
    this.#isWritten = true;
    return { id: this.id, bodies: this.#bodies, bytes: bytes.length, data, ranges: compress(ranges) };
  }

  /** Nothing can be shared with a body in another pack. */
  #sharedOf(likeness: Likeness | undefined): readonly SharedRange[] {
    return likeness?.base.pack === this.id ? likeness.shared : [];
  }
}
