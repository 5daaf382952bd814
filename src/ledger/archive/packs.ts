import { desc, eq, lt, sql } from 'drizzle-orm';
import { bind } from '../store/bind.ts';
import type { Ledger } from '../store/open.ts';
import { placeholders, value } from '../store/placeholders.ts';
import { archive, archivePacks } from '../store/schema/archive.ts';
import { Compressor, compress, decompress, notAsBefore } from './compress.ts';

/** Where in which pack a body stands. */
export interface Place {
  readonly pack: number;
  readonly start: number;
}

/**
 * A pack is full with so many bodies, or so many of their bytes: more compress better, but a pack is unpacked whole for
 * any of its bodies, and a run that adds to it compresses it whole.
 */
const FULL: Readonly<Size> = { bodies: 64, bytes: 32 << 20 };
/** One that an import fills at once, beside its other work. */
const FULL_ASIDE: Readonly<Size> = { bodies: 128, bytes: 64 << 20 };
/**
 * The newest pack is written again with each body until it has so many; then they move behind those of the pack before
 * it, where there is room. Otherwise every run would write all of a large pack again. docs/archive.md has the figures.
 */
const NEWEST_BODIES = 8;
/** Bytes of unpacked ones kept at hand: bodies of different imports, which lie in different packs, take turns in time. */
const AT_HAND_BYTES = 128 << 20;

export interface PackOptions {
  readonly aside?: boolean;
}

/** Bodies, and their bytes in all. */
interface Size {
  bodies: number;
  bytes: number;
}

interface Unpacked extends Size {
  readonly id: number;
  /** The unpacked bytes, in pieces that are joined when they are needed as one. */
  parts: Buffer[];
}

/** A pack that can still take bodies. */
interface OpenPack extends Unpacked {
  /** Has them instead, where they are compressed aside. */
  readonly compressor: Compressor | undefined;
}

/** A pack of which nothing is missing but the end of its compression. */
interface ClosingPack {
  readonly pack: OpenPack;
  readonly settled: Promise<void>;
  /** What it is compressed to, once that is there. */
  data: Buffer | undefined;
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
  readonly #closing = new Map<number, ClosingPack>();
  readonly #atHand = new Map<number, Buffer>();

  /** @param aside bodies are compressed beside other work; {@link settle} is to be called before {@link flush} */
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
    this.#writeSettled();
    this.#open ??= this.#openNewest();
    if (
      this.#open === undefined ||
      !hasRoom(this.#open, { bodies: 1, bytes: body.length }, this.#aside ? FULL_ASIDE : FULL)
    ) {
      this.#close();
      this.#open = this.#begin();
    }
    const open = this.#open;
    const start = open.bytes;
    if (open.compressor === undefined) open.parts.push(body);
    else open.compressor.put(body);
    open.bodies += 1;
    open.bytes += body.length;
    this.#isWritten = false;
    return { pack: open.id, start };
  }

  /** Writes what was added, after it has been unpacked again and compared. */
  flush(): void {
    this.#close();
    this.#writeSettled();
    if (this.#closing.size > 0) throw notSettled();
    const newest = this.#aside ? this.#newest.get() : undefined;
    const before = newest && this.#beforeWithRoom(newest);
    if (newest && before) this.#join(before, { ...newest, parts: [this.#unpack(newest.id)] });
  }

  /** Waits for packs that are compressed aside, until no more than so many are left: with none, for all that was added. */
  async settle(most = 0): Promise<void> {
    if (most === 0) this.#close();
    const waiting = [...this.#closing.values()].filter(({ data }) => data === undefined);
    for (const { settled } of waiting.slice(0, Math.max(0, waiting.length - most))) await settled;
  }

  #writeSettled(): void {
    for (const [id, { pack, data }] of this.#closing) {
      if (data === undefined) return;
      this.#writeData(pack, data);
      this.#closing.delete(id);
    }
  }

  /** Nothing more is added to the newest pack now. */
  #close(): void {
    const open = this.#open;
    if (open === undefined || this.#isWritten) return;
    this.#isWritten = true;
    if (open.compressor !== undefined) {
      this.#closing.set(open.id, closePack(open, open.compressor));
      this.#open = undefined;
      return;
    }
    if (open.bodies >= NEWEST_BODIES) this.#open = undefined;
    const before = this.#beforeWithRoom(open);
    if (before === undefined) this.#writePack(open);
    else this.#join(before, open);
  }

  /** The pack to which the bodies of the newest one move. */
  #beforeWithRoom(newest: Size & { id: number }): (Size & { id: number }) | undefined {
    const before = newest.bodies >= NEWEST_BODIES ? this.#before.get({ id: newest.id }) : undefined;
    return before && hasRoom(before, newest, FULL) ? before : undefined;
  }

  /** Puts the bodies of a pack behind those of the one before it. */
  #join({ id, bodies, bytes }: Size & { id: number }, open: Unpacked): void {
    const parts = [this.#unpack(id), join(open)];
    this.#writePack({ id, bodies: bodies + open.bodies, bytes: bytes + open.bytes, parts });
    this.#move.run({ from: open.id, id, start: bytes });
    this.#orm.delete(archivePacks).where(eq(archivePacks.id, open.id)).run();
  }

  #writePack(pack: Unpacked): void {
    const whole = join(pack);
    const data = compress(whole);
    if (!decompress(data, pack.bytes).equals(whole)) throw notAsBefore();
    this.#writeData(pack, data);
  }

  #writeData({ id, bodies, bytes }: Size & { id: number }, data: Buffer): void {
    this.#write.run({ id, bodies, bytes, data });
    // What was read of it before is not all of it.
    this.#atHand.delete(id);
  }

  /** @throws RangeError or Error when there is no such place, or the pack is damaged */
  get({ pack, start }: Place, bytes: number): Buffer {
    const open = this.#open?.id === pack ? this.#open : undefined;
    if (open?.compressor !== undefined || this.#closing.has(pack)) throw notSettled();
    const whole = open === undefined ? this.#unpack(pack) : join(open);
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
    let bytes = whole.length;
    // The newest first.
    for (const [other, { length }] of [...this.#atHand].reverse()) {
      bytes += length;
      if (bytes > AT_HAND_BYTES) this.#atHand.delete(other);
    }
    this.#atHand.set(id, whole);
    return whole;
  }

  #openNewest(): OpenPack | undefined {
    const newest = this.#newest.get();
    if (newest === undefined || newest.bodies >= NEWEST_BODIES) return undefined;
    const whole = this.#unpack(newest.id);
    if (!this.#aside) return { ...newest, parts: [whole], compressor: undefined };
    const compressor = new Compressor();
    compressor.put(whole);
    return { ...newest, parts: [], compressor };
  }

  /** The row is there before anything refers to it: SQLite searches all tables as long as something refers to nothing. */
  #begin(): OpenPack {
    const row = { bodies: 0, bytes: 0, data: Buffer.alloc(0) };
    const { id } = this.#orm.insert(archivePacks).values(row).returning({ id: archivePacks.id }).get();
    return { id, bodies: 0, bytes: 0, parts: [], compressor: this.#aside ? new Compressor() : undefined };
  }
}

function closePack(pack: OpenPack, compressor: Compressor): ClosingPack {
  const settled = compressor.end().then((data) => {
    closing.data = data;
  });
  // Told by whoever waits for it; nobody does where the transaction is taken back.
  settled.catch(() => {});
  const closing: ClosingPack = { pack, settled, data: undefined };
  return closing;
}

function notSettled(): TypeError {
  return new TypeError('packs are still being compressed: settle first');
}

function hasRoom({ bodies, bytes }: Size, more: Size, full: Size): boolean {
  return bodies === 0 || (bodies + more.bodies <= full.bodies && bytes + more.bytes <= full.bytes);
}

function join(open: Unpacked): Buffer {
  const [first] = open.parts;
  if (open.parts.length === 1 && first !== undefined) return first;
  const whole = Buffer.concat(open.parts, open.bytes);
  open.parts = [whole];
  return whole;
}
