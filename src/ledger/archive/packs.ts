import { eq, inArray, sql } from 'drizzle-orm';
import { DataFileError } from '../../core/errors.ts';
import type { Ledger } from '../store/open.ts';
import { archive, archivePacks } from '../store/schema.ts';
import { compress, decompress } from './compress.ts';

/** Where in which pack something stands. */
export interface Place {
  readonly pack: number;
  readonly start: number;
  readonly length: number;
}

/** So many deltas share a pack: more compress better, fewer are read faster. */
const PACK_DELTAS = 32;
const PACK_BYTES = 1 << 20;

/** What tells bodies, written together and compressed together. */
export class Packs {
  readonly #orm: Ledger['orm'];
  readonly #read;
  #open: { readonly id: number; readonly parts: Buffer[]; length: number } | undefined;
  #last: { readonly id: number; readonly data: Buffer } | undefined;

  constructor({ orm }: Ledger) {
    this.#orm = orm;
    const { data } = archivePacks;
    this.#read = orm
      .select({ data })
      .from(archivePacks)
      .where(eq(archivePacks.id, sql.placeholder('id')))
      .prepare();
  }

  /** Writes a whole body, by itself. */
  addWhole(body: Buffer): Place {
    this.flush();
    const pack = this.#write({ data: compress(body, 6), deltas: 0 });
    return { pack, start: 0, length: body.length };
  }

  /** Takes a delta into the open pack, which {@link flush} writes. */
  addDelta(delta: Buffer): Place {
    if (this.#open && (this.#open.parts.length >= PACK_DELTAS || this.#open.length > PACK_BYTES)) this.flush();
    // The row is there before anything refers to it: SQLite searches all tables as long as something refers to nothing.
    this.#open ??= { id: this.#write({ data: Buffer.alloc(0), deltas: 0 }), parts: [], length: 0 };
    const { id, parts, length } = this.#open;
    parts.push(delta);
    this.#open.length += delta.length;
    return { pack: id, start: length, length: delta.length };
  }

  /** Writes the open pack; when single ones have gathered from run to run, joins them. */
  flush(): void {
    if (this.#open === undefined) return;
    const { id, parts } = this.#open;
    const row = { data: compress(Buffer.concat(parts), 5), deltas: parts.length };
    this.#orm.update(archivePacks).set(row).where(eq(archivePacks.id, id)).run();
    this.#open = undefined;
    const singles = this.#orm.select({ id: archivePacks.id }).from(archivePacks).where(eq(archivePacks.deltas, 1));
    const ids = singles.all().map((row) => row.id);
    if (ids.length >= PACK_DELTAS) this.#join(ids);
  }

  /** @throws RangeError when there is no such place */
  get({ pack, start, length }: Place): Buffer {
    if (this.#last?.id !== pack) {
      const row = this.#read.get({ id: pack });
      if (row === undefined) throw new RangeError(`no pack ${pack}`);
      this.#last = { id: pack, data: decompress(row.data) };
    }
    const { data } = this.#last;
    if (start + length > data.length) throw new RangeError(`pack ${pack} is too short`);
    return data.subarray(start, start + length);
  }

  #join(ids: readonly number[]): void {
    const places = this.#orm.select().from(archive).where(inArray(archive.pack, ids)).orderBy(archive.id).all();
    const parts = places.map((place) => this.get(place));
    const whole = Buffer.concat(parts);
    const data = compress(whole, 5);
    if (!decompress(data).equals(whole)) throw new DataFileError('damaged_pack', 'compressed bytes do not come back');
    const pack = this.#write({ data, deltas: parts.length });
    let start = 0;
    places.forEach(({ id, length }) => {
      this.#orm.update(archive).set({ pack, start }).where(eq(archive.id, id)).run();
      start += length;
    });
    this.#orm
      .delete(archivePacks)
      .where(inArray(archivePacks.id, [...ids]))
      .run();
    this.#last = undefined;
  }

  #write(row: typeof archivePacks.$inferInsert): number {
    return this.#orm.insert(archivePacks).values(row).returning({ id: archivePacks.id }).get().id;
  }
}
