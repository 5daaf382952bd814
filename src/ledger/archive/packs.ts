import { desc, eq, lt, sql } from 'drizzle-orm';
import { DataFileError } from '../../core/errors.ts';
import { bind } from '../store/bind.ts';
import type { Ledger } from '../store/open.ts';
import { placeholders, value } from '../store/placeholders.ts';
import { archive, archivePacks } from '../store/schema.ts';
import { compress, compressAside, decompress } from './compress.ts';

/** Where in which pack a body stands. */
export interface Place {
  readonly pack: number;
  readonly start: number;
}

/**
 * A pack is full with so many bodies, or so many of their bytes: more compress better, but a pack is unpacked whole for
 * any of its bodies.
 */
const PACK_BODIES = 64;
const PACK_BYTES = 32 << 20;
/**
 * The newest pack is written again with each body until it has so many; then they move behind those of the pack before
 * it, where there is room. Otherwise every run would write all of a large pack again. docs/archive.md has the figures.
 */
const NEWEST_BODIES = 8;
/** Unpacked ones kept at hand: bodies of different imports, which lie in different packs, take turns in time. */
const AT_HAND = 4;

export interface PackOptions {
  readonly aside?: boolean;
}

/** Bodies, and their bytes in all. */
interface Size {
  bodies: number;
  bytes: number;
}

/** A pack that can still take bodies. */
interface OpenPack extends Size {
  readonly id: number;
  /** The unpacked bytes, in pieces that are joined when they are needed as one. */
  parts: Buffer[];
}

/** Bodies, one behind the other and compressed together: neighbouring answers are nearly the same. */
export class Packs {
  readonly #orm: Ledger['orm'];
  readonly #read;
  readonly #newest;
  readonly #before;
  readonly #write;
  readonly #move;
  #open: OpenPack | undefined;
  #isWritten = true;
  readonly #aside: boolean;
  /** Full packs that are being compressed. */
  readonly #closing = new Map<number, { readonly pack: OpenPack; readonly data: Promise<Buffer> }>();
  readonly #atHand = new Map<number, Buffer>();

  /** @param aside full packs are compressed beside other work; {@link settle} is to be called before {@link flush} */
  constructor({ orm, sqlite }: Ledger, { aside = false }: PackOptions = {}) {
    this.#orm = orm;
    this.#aside = aside;
    const { id, ...rest } = placeholders(archivePacks);
    const { id: packId, bodies, bytes } = archivePacks;
    const given = sql.placeholder('id');
    const newest = () => orm.select({ id: packId, bodies, bytes }).from(archivePacks).orderBy(desc(packId)).limit(1);
    this.#read = orm.select().from(archivePacks).where(eq(packId, given)).prepare();
    this.#newest = newest().prepare();
    this.#before = newest().where(lt(packId, given)).prepare();
    this.#write = bind(sqlite, orm.update(archivePacks).set(rest).where(eq(packId, id)));
    const moved = { pack: id, start: sql`${archive.start} + ${value('start')}` };
    this.#move = bind(
      sqlite,
      orm
        .update(archive)
        .set(moved)
        .where(eq(archive.pack, value('from'))),
    );
  }

  /** Takes a body into the newest pack, which {@link flush} writes. */
  add(body: Buffer): Place {
    this.#open ??= this.#openNewest();
    if (this.#open === undefined || !hasRoom(this.#open, { bodies: 1, bytes: body.length })) {
      if (this.#aside) this.#close();
      else this.flush();
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

  /** Writes what was added, after it has been unpacked again and compared. */
  flush(): void {
    if (this.#closing.size > 0) throw new TypeError('packs are still being compressed: settle first');
    const open = this.#open;
    if (open === undefined || this.#isWritten) return;
    this.#isWritten = true;
    if (open.bodies >= NEWEST_BODIES) this.#open = undefined;
    const before = open.bodies >= NEWEST_BODIES ? this.#before.get({ id: open.id }) : undefined;
    if (before !== undefined && hasRoom(before, open)) this.#join(before, open);
    else this.#writePack(open);
  }

  /** Writes packs that were being compressed aside, until no more than so many are left. */
  async settle(most = 0): Promise<void> {
    for (const [id, { pack, data }] of this.#closing) {
      if (this.#closing.size <= most) return;
      this.#writeData(pack, await data);
      this.#closing.delete(id);
    }
  }

  #close(): void {
    const pack = this.#open;
    if (pack === undefined || this.#isWritten) return;
    const data = compressAside(join(pack));
    // Told by whoever waits for it; nobody does where the transaction is taken back.
    data.catch(() => {});
    this.#closing.set(pack.id, { pack, data });
    this.#open = undefined;
    this.#isWritten = true;
  }

  /** Puts the bodies of a pack behind those of the one before it. */
  #join({ id, bodies, bytes }: Size & { id: number }, open: OpenPack): void {
    const parts = [this.#unpack(id), join(open)];
    this.#writePack({ id, bodies: bodies + open.bodies, bytes: bytes + open.bytes, parts });
    this.#move.run({ from: open.id, id, start: bytes });
    this.#orm.delete(archivePacks).where(eq(archivePacks.id, open.id)).run();
  }

  #writePack(pack: OpenPack): void {
    this.#writeData(pack, compress(join(pack)));
  }

  #writeData(pack: OpenPack, data: Buffer): void {
    const { id, bodies, bytes } = pack;
    if (!decompress(data, bytes).equals(join(pack))) {
      throw new DataFileError('damaged_pack', 'compressed bodies do not come back as they were');
    }
    this.#write.run({ id, bodies, bytes, data });
    // What was read of it before is not all of it.
    this.#atHand.delete(id);
  }

  /** @throws RangeError or Error when there is no such place, or the pack is damaged */
  get({ pack, start }: Place, bytes: number): Buffer {
    const inMemory = this.#open?.id === pack ? this.#open : this.#closing.get(pack)?.pack;
    const whole = inMemory === undefined ? this.#unpack(pack) : join(inMemory);
    if (start + bytes > whole.length) throw new RangeError(`pack ${pack} is too short`);
    return whole.subarray(start, start + bytes);
  }

  /** Forgets what was read; false where there is nothing to forget. */
  forget(): boolean {
    const isAny = this.#atHand.size > 0;
    this.#atHand.clear();
    return isAny;
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
    if (newest === undefined || newest.bodies >= NEWEST_BODIES) return undefined;
    return { ...newest, parts: [this.#unpack(newest.id)] };
  }

  /** The row is there before anything refers to it: SQLite searches all tables as long as something refers to nothing. */
  #begin(): OpenPack {
    const row = { bodies: 0, bytes: 0, data: Buffer.alloc(0) };
    const { id } = this.#orm.insert(archivePacks).values(row).returning({ id: archivePacks.id }).get();
    return { id, bodies: 0, bytes: 0, parts: [] };
  }
}

function hasRoom({ bodies, bytes }: Size, more: Size): boolean {
  return bodies === 0 || (bodies + more.bodies <= PACK_BODIES && bytes + more.bytes <= PACK_BYTES);
}

function join(open: OpenPack): Buffer {
  const [first] = open.parts;
  if (open.parts.length === 1 && first !== undefined) return first;
  const whole = Buffer.concat(open.parts, open.bytes);
  open.parts = [whole];
  return whole;
}
