import { desc, eq, sql } from 'drizzle-orm';
import { DataFileError } from '../../core/errors.ts';
import type { SharedRange } from '../../core/reading/shared.ts';
import { bind } from '../store/bind.ts';
import type { Ledger } from '../store/open.ts';
import { placeholders } from '../store/placeholders.ts';
import { archivePacks } from '../store/schema/archive.ts';
import { Compressor, compress, decompress, decompressUpTo } from './compress.ts';
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
/** What the ranges of a damaged pack may unpack to at most. */
const MOST_RANGES_BYTES = 64 << 20;
/** Bytes of unpacked ones kept at hand: bodies of different imports, which lie in different packs, take turns in time. */
const AT_HAND_BYTES = 128 << 20;

export type FilledBy = keyof typeof FULL_BYTES;

/** A pack that can still take bodies. */
interface OpenPack {
  readonly id: number;
  bodies: number;
  readonly pool: Pool;
  isWritten: boolean;
  /** Its bytes as they are compressed meanwhile. */
  compressor?: Compressor | undefined;
  /** What came of it. */
  compressed?: Buffer<ArrayBuffer> | undefined;
}

/** Bodies, compressed together: neighbouring answers are nearly the same. */
export class Packs {
  readonly #orm: Ledger['orm'];
  readonly #filledBy: FilledBy;
  readonly #read;
  readonly #newest;
  readonly #write;
  #open: OpenPack | undefined;
  readonly #atHand = new Map<number, Pool>();

  constructor({ orm, sqlite }: Ledger, filledBy: FilledBy) {
    this.#orm = orm;
    this.#filledBy = filledBy;
    const { id, ...rest } = placeholders(archivePacks);
    const packs = orm.select().from(archivePacks);
    this.#read = packs.where(eq(archivePacks.id, sql.placeholder('id'))).prepare();
    this.#newest = orm.select().from(archivePacks).orderBy(desc(archivePacks.id)).limit(1).prepare();
    this.#write = bind(sqlite, orm.update(archivePacks).set(rest).where(eq(archivePacks.id, id)));
  }

  /** Takes a body into the newest pack, which {@link flush} writes. */
  add(body: Buffer, likeness?: Likeness): Place {
    this.#open ??= this.#openNewest(body);
    if (this.#open === undefined || !this.#hasRoom(this.#open, body, likeness)) {
      this.flush();
      this.#open = this.#begin();
    }
    const open = this.#open;
    const { id, pool } = open;
    const start = pool.length;
    if (likeness?.base.pack === id) pool.add(body, likeness.base.start, likeness.shared);
    else pool.add(body);
    open.bodies += 1;
    open.isWritten = false;
    open.compressed = undefined;
    if (this.#filledBy === 'import') (open.compressor ??= new Compressor()).take(pool.bytes);
    return { pack: id, start };
  }

  /** Waits for what an import compresses beside its other work, so that {@link flush} has little left to do. */
  async settle(): Promise<void> {
    const open = this.#open;
    if (open?.compressor === undefined) return;
    open.compressed = await open.compressor.end(open.pool.bytes);
    open.compressor = undefined;
  }

  /**
   * Writes what was added.
   * @throws DataFileError when it does not come back as it was
   */
  flush(): void {
    if (this.#open === undefined || this.#open.isWritten) return;
    const { id, bodies, pool, compressed } = this.#open;
    const { bytes, ranges } = pool;
    this.#write.run({ id, bodies, bytes: bytes.length, data: compress(bytes, compressed), ranges: compress(ranges) });
    this.#open.isWritten = true;
    // What was read of it before is not all of it.
    this.#atHand.delete(id);
  }

  /** @throws RangeError or Error when there is no such place, or the pack is damaged */
  get({ pack, start }: Place, bytes: number): Buffer {
    const pool = this.#open?.id === pack ? this.#open.pool : this.#unpack(pack);
    return pool.read(start, bytes);
  }

  /** Forgets what was read; false where there is nothing to forget. */
  forget(): boolean {
    const isAny = this.#atHand.size > 0;
    this.#atHand.clear();
    return isAny;
  }

  #unpack(id: number): Pool {
    const found = this.#atHand.get(id);
    if (found !== undefined) return found;
    const row = this.#read.get({ id });
    if (row === undefined) throw new RangeError(`no pack ${id}`);
    const pool = toPool(row);
    let bytes = pool.bytes.length;
    // The newest first.
    for (const [other, { bytes: data }] of [...this.#atHand].reverse()) {
      bytes += data.length;
      if (bytes > AT_HAND_BYTES) this.#atHand.delete(other);
    }
    this.#atHand.set(id, pool);
    return pool;
  }

  #openNewest(body: Buffer): OpenPack | undefined {
    const newest = this.#newest.get();
    if (newest === undefined || newest.bodies >= MOST_BODIES || newest.bytes > this.#mostBytes(body)) return undefined;
    const { id, bodies } = newest;
    try {
      return { id, bodies, pool: toPool(newest), isWritten: true };
    } catch (cause) {
      throw new DataFileError('damaged_pack', `The archive's newest pack, ${id}, is damaged.`, {
        hint: 'Put a backup in its place: model-ledger restore FILE; model-ledger verify lists all that is damaged.',
        cause,
      });
    }
  }

  #hasRoom({ id, bodies, pool }: OpenPack, body: Buffer, likeness: Likeness | undefined): boolean {
    if (bodies >= MOST_BODIES || pool.pieces > MOST_RANGES) return false;
    const shared = likeness?.base.pack === id ? likeness.shared.reduce((sum, { bytes }) => sum + bytes, 0) : 0;
    const bytes = pool.bytes.length + body.length - shared;
    return bytes <= this.#mostBytes(body);
  }

  #mostBytes(body: Buffer): number {
    return Math.min(MOST_BYTES, Math.max(FULL_BYTES[this.#filledBy], 2 * body.length));
  }

  /** The row is there before anything refers to it: SQLite searches all tables as long as something refers to nothing. */
  #begin(): OpenPack {
    const row = { bodies: 0, bytes: 0, data: Buffer.alloc(0) };
    const { id } = this.#orm.insert(archivePacks).values(row).returning({ id: archivePacks.id }).get();
    return { id, bodies: 0, pool: new Pool(), isWritten: true };
  }
}

function toPool({ data, bytes, ranges }: typeof archivePacks.$inferSelect): Pool {
  return new Pool(decompress(data, bytes), ranges === null ? undefined : decompressUpTo(ranges, MOST_RANGES_BYTES));
}
