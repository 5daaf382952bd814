import { desc, eq, sql } from 'drizzle-orm';
import { DataFileError } from '../../core/errors.ts';
import { bind } from '../store/bind.ts';
import type { Ledger } from '../store/open.ts';
import { placeholders } from '../store/placeholders.ts';
import { archivePacks } from '../store/schema.ts';
import { compress, decompress } from './compress.ts';

/** Where in which pack a body stands. */
export interface Place {
  readonly pack: number;
  readonly start: number;
}

/**
 * A pack is full with so many bodies, or so many of their bytes. More compress better; but the newest pack is written
 * again with every body that it gets, and a pack is unpacked whole for any of its bodies. docs/archive.md has the figures.
 */
const PACK_BODIES = 64;
const PACK_BYTES = 32 << 20;
/** Unpacked ones kept at hand: bodies of different imports, which lie in different packs, take turns in time. */
const AT_HAND = 4;

/** A pack that can still take bodies. */
interface OpenPack {
  readonly id: number;
  bodies: number;
  bytes: number;
  /** The unpacked bytes, in pieces that are joined when they are needed as one. */
  parts: Buffer[];
}

/** Bodies, one behind the other and compressed together: neighbouring answers are nearly the same. */
export class Packs {
  readonly #orm: Ledger['orm'];
  readonly #read;
  readonly #newest;
  readonly #write;
  #open: OpenPack | undefined;
  #isWritten = true;
  readonly #atHand = new Map<number, Buffer>();

  constructor({ orm, sqlite }: Ledger) {
    this.#orm = orm;
    const { id, ...rest } = placeholders(archivePacks);
    const byId = eq(archivePacks.id, sql.placeholder('id'));
    this.#read = orm.select().from(archivePacks).where(byId).prepare();
    this.#newest = orm.select().from(archivePacks).orderBy(desc(archivePacks.id)).limit(1).prepare();
    this.#write = bind(sqlite, orm.update(archivePacks).set(rest).where(eq(archivePacks.id, id)));
  }

  /** Takes a body into the newest pack, which {@link flush} writes. */
  add(body: Buffer): Place {
    this.#open ??= this.#openNewest();
    if (this.#open === undefined || !hasRoom(this.#open, body)) {
      this.flush();
      this.#open = this.#begin();
    }
    const open = this.#open;
    const start = open.bytes;
    open.parts.push(body);
    open.bodies += 1;
    open.bytes += body.length;
    this.#isWritten = false;
    return { pack: open.id, start };
  }

  /** Writes the newest pack, after it has been unpacked again and compared. */
  flush(): void {
    if (this.#open === undefined || this.#isWritten) return;
    const { id, bodies, bytes } = this.#open;
    const whole = join(this.#open);
    const data = compress(whole);
    if (!decompress(data, bytes).equals(whole)) {
      throw new DataFileError('damaged_pack', 'compressed bodies do not come back as they were; nothing was written');
    }
    this.#write.run({ id, bodies, bytes, data });
    this.#isWritten = true;
    // What was read of it before is not all of it.
    this.#atHand.delete(id);
  }

  /** @throws RangeError or Error when there is no such place, or the pack is damaged */
  get({ pack, start }: Place, bytes: number): Buffer {
    const whole = this.#open?.id === pack ? join(this.#open) : this.#unpack(pack);
    if (start + bytes > whole.length) throw new RangeError(`pack ${pack} is too short`);
    return whole.subarray(start, start + bytes);
  }

  #unpack(id: number): Buffer {
    const found = this.#atHand.get(id);
    if (found !== undefined) return found;
    const row = this.#read.get({ id });
    if (row === undefined) throw new RangeError(`no pack ${id}`);
    const whole = decompress(row.data, row.bytes);
    const [oldest] = this.#atHand.keys();
    if (oldest !== undefined && this.#atHand.size >= AT_HAND) this.#atHand.delete(oldest);
    this.#atHand.set(id, whole);
    return whole;
  }

  #openNewest(): OpenPack | undefined {
    const newest = this.#newest.get();
    if (newest === undefined || newest.bodies >= PACK_BODIES) return undefined;
    const { id, bodies, bytes } = newest;
    return { id, bodies, bytes, parts: [this.#unpack(id)] };
  }

  /** The row is there before anything refers to it: SQLite searches all tables as long as something refers to nothing. */
  #begin(): OpenPack {
    const row = { bodies: 0, bytes: 0, data: Buffer.alloc(0) };
    const { id } = this.#orm.insert(archivePacks).values(row).returning({ id: archivePacks.id }).get();
    return { id, bodies: 0, bytes: 0, parts: [] };
  }
}

function hasRoom({ bodies, bytes }: OpenPack, body: Buffer): boolean {
  return bodies < PACK_BODIES && (bodies === 0 || bytes + body.length <= PACK_BYTES);
}

function join(open: OpenPack): Buffer {
  const [first] = open.parts;
  if (open.parts.length === 1 && first !== undefined) return first;
  const whole = Buffer.concat(open.parts, open.bytes);
  open.parts = [whole];
  return whole;
}
