import { desc, eq, sql } from 'drizzle-orm';
import { DataFileError } from '../../core/errors.ts';
import { RESTORE_DAMAGED } from '../store/failure.ts';
import type { Ledger } from '../store/open.ts';
import { archivePacks } from '../store/schema/archive.ts';
import { bindUpdate } from '../store/statements.ts';
import { decompress, decompressUpTo } from './compress.ts';
import { type FilledBy, hasRoom, type Likeness, OpenPack, type Place } from './openPack.ts';
import { Pool } from './pool.ts';

/** The most bytes that ranges may unpack to, in case they are damaged. */
const MOST_RANGES_BYTES = 64 << 20;
/** How many bytes of unpacked packs stay in memory: bodies of different packs may alternate in time. */
const AT_HAND_BYTES = 128 << 20;

/** The packs of bodies in the file. */
export class Packs {
  readonly #orm: Ledger['orm'];
  readonly #filledBy: FilledBy;
  readonly #read;
  readonly #newest;
  readonly #write;
  #open: OpenPack | undefined;
  readonly #atHand = new Map<number, Pool>();

  constructor(ledger: Ledger, filledBy: FilledBy) {
    const { orm } = ledger;
    this.#orm = orm;
    this.#filledBy = filledBy;
    const isThis = eq(archivePacks.id, sql.placeholder('id'));
    const packs = orm.select().from(archivePacks);
    this.#read = packs.where(isThis).prepare();
    this.#newest = orm.select().from(archivePacks).orderBy(desc(archivePacks.id)).limit(1).prepare();
    this.#write = bindUpdate(ledger, archivePacks, isThis, 'bodies', 'bytes', 'data', 'ranges');
  }

  /** Adds a body to the newest pack, or to a new one where that is full; {@link flush} writes it. */
  add(body: Buffer, likeness?: Likeness): Place {
    this.#open ??= this.#openNewest(body);
    if (this.#open?.hasRoom(body, likeness) !== true) {
      this.flush();
      this.#open = this.#begin();
    }
    return this.#open.add(body, likeness);
  }

  /**
   * Writes what was added.
   * @throws DataFileError when it does not unpack to the same bytes
   */
  flush(): void {
    const row = this.#open?.toWrite();
    if (row === undefined) return;
    this.#write.run(row);
    // An earlier state of it may be in memory.
    this.#atHand.delete(row.id);
  }

  /** @throws RangeError or Error when there is no such place, or the pack is damaged */
  get({ pack, start }: Place, bytes: number): Buffer {
    const pool = this.#open?.id === pack ? this.#open.pool : this.#unpack(pack);
    return pool.read(start, bytes);
  }

  /** Forgets the packs in memory; false where there are none. */
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
    // Drops the least recently added packs.
    for (const [other, { bytes: data }] of [...this.#atHand].reverse()) {
      bytes += data.length;
      if (bytes > AT_HAND_BYTES) this.#atHand.delete(other);
    }
    this.#atHand.set(id, pool);
    return pool;
  }

  #openNewest(body: Buffer): OpenPack | undefined {
    const newest = this.#newest.get();
    if (newest === undefined || !hasRoom(body, newest.bodies, newest.bytes, this.#filledBy)) return undefined;
    const { id, bodies } = newest;
    try {
      return new OpenPack(id, this.#filledBy, toPool(newest), bodies);
    } catch (cause) {
      throw new DataFileError('damaged_pack', `The archive's newest pack, ${id}, is damaged.`, {
        hint: RESTORE_DAMAGED,
        cause,
      });
    }
  }

  /** Inserts the row first: as long as a body referred to a missing pack, SQLite would search all tables. */
  #begin(): OpenPack {
    const row = { bodies: 0, bytes: 0, data: Buffer.alloc(0) };
    const { id } = this.#orm.insert(archivePacks).values(row).returning({ id: archivePacks.id }).get();
    return new OpenPack(id, this.#filledBy);
  }
}

function toPool({ data, bytes, ranges }: typeof archivePacks.$inferSelect): Pool {
  return new Pool(decompress(data, bytes), ranges === null ? undefined : decompressUpTo(ranges, MOST_RANGES_BYTES));
}
