// Longer than other files: a migration shares no code with what it migrates to.
import { hash } from 'node:crypto';
import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';
import type Database from 'better-sqlite3';
import { DataFileError } from '../../../core/errors.ts';

/**
 * Moves the bodies of a file of schema 2 or older, where each was kept as its difference from another one, into packs
 * of whole bodies. It shares no code with the archive, as a migration must stay as it is.
 * @throws DataFileError when a body does not come back as it was
 */
export function repack(sqlite: Database.Database): void {
  const { addBody, addPack, rows } = prepare(sqlite);
  const old = new DeltaArchive(sqlite);
  let pack = 1;
  let parts: Buffer[] = [];
  let bytes = 0;
  const write = (): void => {
    if (parts.length === 0) return;
    addPack.run(pack, parts.length, bytes, compress(Buffer.concat(parts, bytes)));
    pack += 1;
    parts = [];
    bytes = 0;
  };
  for (const row of rows.all()) {
    const body = old.read(row);
    if (parts.length >= 64 || bytes + body.length > 32 << 20) write();
    addBody.run(row.id, row.sha256, body.length, row.cut, pack, bytes);
    parts.push(body);
    bytes += body.length;
  }
  write();
  sqlite.exec('DROP TABLE archive_deltas; DROP TABLE archive_delta_packs');
}

function prepare(sqlite: Database.Database) {
  return {
    rows: sqlite.prepare<[], DeltaRow>('SELECT * FROM archive_deltas ORDER BY id'),
    addPack: sqlite.prepare('INSERT INTO archive_packs (id, bodies, bytes, data) VALUES (?, ?, ?, ?)'),
    addBody: sqlite.prepare('INSERT INTO archive (id, sha256, bytes, cut, pack, start) VALUES (?, ?, ?, ?, ?, ?)'),
  };
}

interface DeltaRow {
  readonly id: number;
  readonly sha256: string;
  readonly bytes: number;
  /** The body it differs from; null: the pack has the body itself. */
  readonly base: number | null;
  readonly cut: number;
  readonly pack: number;
  readonly start: number;
  readonly length: number;
}

/** How many bodies are kept in memory: the base is mostly one of the last few. */
const AT_HAND = 8;

class DeltaArchive {
  readonly #byId;
  readonly #pack;
  readonly #bodies = new Map<number, Buffer>();
  #unpacked: { readonly id: number; readonly data: Buffer } | undefined;

  constructor(sqlite: Database.Database) {
    this.#byId = sqlite.prepare<[number], DeltaRow>('SELECT * FROM archive_deltas WHERE id = ?');
    this.#pack = sqlite.prepare<[number], { data: Buffer }>('SELECT data FROM archive_delta_packs WHERE id = ?');
  }

  read(row: DeltaRow): Buffer {
    try {
      const body = this.#apply(row);
      if (row.cut === 1 || hash('sha256', body, 'hex') === row.sha256) return body;
    } catch (cause) {
      throw damaged(row, cause);
    }
    throw damaged(row);
  }

  #apply(row: DeltaRow): Buffer {
    const chain = [row];
    for (let { base } = row; base !== null && !this.#bodies.has(base); base = chain[0]?.base ?? null) {
      const next = this.#byId.get(base);
      if (next === undefined || chain.length > 1000) throw new RangeError(`no body ${base}`);
      chain.unshift(next);
    }
    let body = this.#bodies.get(chain[0]?.base ?? 0) ?? Buffer.alloc(0);
    for (const link of chain) {
      const stored = this.#unpack(link.pack).subarray(link.start, link.start + link.length);
      body = link.base === null ? Buffer.from(stored) : applyDelta(stored, body, link.bytes);
    }
    const [oldest] = this.#bodies.keys();
    if (oldest !== undefined && this.#bodies.size >= AT_HAND) this.#bodies.delete(oldest);
    this.#bodies.set(row.id, body);
    return body;
  }

  #unpack(id: number): Buffer {
    if (this.#unpacked?.id !== id) {
      const row = this.#pack.get(id);
      if (row === undefined) throw new RangeError(`no pack ${id}`);
      this.#unpacked = { id, data: brotliDecompressSync(row.data) };
    }
    return this.#unpacked.data;
  }
}

/**
 * A delta is the length of its instructions, the instructions, and the added bytes. An instruction is how many bytes to
 * add, where to copy from (counted from where the last copy ended), how many to copy. What is left is added at the end.
 */
function applyDelta(delta: Buffer, base: Buffer, bytes: number): Buffer {
  let at = 0;
  const readVarint = (): number => {
    for (let value = 0, scale = 1; ; scale *= 128) {
      const byte = delta[at];
      if (byte === undefined) throw new RangeError('the delta ends early');
      at += 1;
      value += (byte % 128) * scale;
      if (byte < 128) return value;
    }
  };
  const parts: Buffer[] = [];
  let added = readVarint() + at;
  const end = added;
  let copied = 0;
  while (at < end) {
    const adds = readVarint();
    parts.push(delta.subarray(added, added + adds));
    added += adds;
    const distance = readVarint();
    const from = copied + (distance % 2 === 1 ? -(distance + 1) / 2 : distance / 2);
    copied = from + readVarint();
    parts.push(base.subarray(from, copied));
  }
  parts.push(delta.subarray(added));
  const body = Buffer.concat(parts);
  if (body.length !== bytes) throw new RangeError('the delta does not fit its base');
  return body;
}

function compress(bytes: Buffer): Buffer {
  const data = brotliCompressSync(bytes, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: 6,
      [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    },
  });
  if (brotliDecompressSync(data).equals(bytes)) return data;
  throw new DataFileError('damaged_pack', 'Compressed bodies do not come back as they were.');
}

function damaged({ sha256 }: DeltaRow, cause?: unknown): DataFileError {
  return new DataFileError('damaged_body', `The archived body ${sha256} is damaged.`, {
    hint: 'Put a backup in its place; model-ledger verify of the older version lists all that is damaged.',
    cause,
  });
}
