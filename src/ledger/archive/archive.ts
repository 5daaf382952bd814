import { eq, sql } from 'drizzle-orm';
import { DataFileError } from '../../core/errors.ts';
import type { ModelList } from '../../core/reading/modelList.ts';
import { bind } from '../store/bind.ts';
import type { Ledger } from '../store/open.ts';
import { placeholders } from '../store/placeholders.ts';
import { archive, archiveHead } from '../store/schema.ts';
import { compress, decompress } from './compress.ts';
import { applyDelta, isDeltaOf, makeDelta } from './delta.ts';
import { hashOf } from './hash.ts';
import { Packs, type Place } from './packs.ts';

/** A body with its hash, and its list where it is a model list. */
export interface Stored {
  readonly bytes: Buffer;
  readonly sha256: string;
  readonly modelList: ModelList | null;
}

/** Told from a chain of others, a body must not cost more to read than this: links, and bytes per byte of the body. */
const MOST_LINKS = 500;
const CHAIN_LIMIT = 10;
/** What is kept of a rejected body. */
const REJECTED_BYTES = 1 << 20;

/** Bodies in, the same bytes out. */
export class Archive {
  readonly #byHash;
  readonly #byId;
  readonly #insert;
  readonly #orm: Ledger['orm'];
  readonly #packs: Packs;
  #last: { id: number; body: Buffer } | undefined;

  constructor(ledger: Ledger) {
    const { orm } = ledger;
    this.#orm = orm;
    this.#packs = new Packs(ledger);
    const { id, depth, chainBytes, cut } = archive;
    this.#byHash = orm
      .select({ id, depth, chainBytes, cut })
      .from(archive)
      .where(eq(archive.sha256, sql.placeholder('sha256')))
      .prepare();
    this.#byId = orm
      .select()
      .from(archive)
      .where(eq(archive.id, sql.placeholder('id')))
      .prepare();
    this.#insert = bind(ledger.sqlite, orm.insert(archive).values(placeholders(archive, 'id')));
  }

  /**
   * Stores a body, told from `base` where that is given and worth it; a body that is there already is not stored again.
   * What was stored is unpacked and compared before this returns.
   */
  put(body: Stored, base?: Stored): void {
    if (this.#byHash.get({ sha256: body.sha256 }) !== undefined) return;
    if (body.modelList === null) this.#putRejected(body);
    else if (base === undefined || !this.#putDelta(body, body.modelList, base)) this.#putWhole(body);
  }

  /** Writes what {@link put} has gathered; to be called before a commit, and before reading what was put. */
  flush(): void {
    this.#packs.flush();
  }

  /** Keeps the newest accepted body at hand, so that a sync costs the same however long the history is. */
  putHead({ sha256, bytes }: Omit<Stored, 'modelList'>): void {
    const row = { sha256, data: compress(bytes, 2) };
    this.#orm
      .insert(archiveHead)
      .values({ id: 1, ...row })
      .onConflictDoUpdate({ target: archiveHead.id, set: row })
      .run();
  }

  /** Whether the body kept at hand is this one, whole. */
  isHead(sha256: string): boolean {
    return this.#readHead(sha256) !== undefined;
  }

  /** The newest accepted body: as {@link get}, but without walking a chain. */
  getHead(sha256: string): Buffer {
    return this.#readHead(sha256) ?? this.get(sha256);
  }

  #readHead(sha256: string): Buffer | undefined {
    const row = this.#orm.select().from(archiveHead).get();
    if (row?.sha256 !== sha256) return undefined;
    try {
      const body = decompress(row.data);
      return hashOf(body) === sha256 ? body : undefined;
    } catch {
      // Damaged: the archive has it too.
      return undefined;
    }
  }

  /** The exact bytes of a body; of a rejected one over the limit the first of them. */
  get(sha256: string): Buffer {
    const found = this.#byHash.get({ sha256 });
    if (found === undefined) throw new DataFileError('missing_body', `the archive lacks the body ${sha256}`);
    const chain: (typeof archive.$inferSelect)[] = [];
    let id: number | null = found.id;
    while (id !== null && id !== this.#last?.id) {
      const row = this.#byId.get({ id });
      if (row === undefined || chain.length > MOST_LINKS) throw damaged(sha256);
      chain.push(row);
      id = row.base;
    }
    let body = this.#last?.body ?? Buffer.alloc(0);
    try {
      for (const row of chain.reverse()) {
        const told = this.#packs.get(row);
        body = row.base === null ? told : applyDelta(told, body, row.bytes);
      }
    } catch (cause) {
      throw damaged(sha256, cause);
    }
    if (found.cut !== 1 && hashOf(body) !== sha256) throw damaged(sha256);
    this.#last = { id: found.id, body };
    return body;
  }

  #putDelta(body: Stored, modelList: ModelList, base: Stored): boolean {
    const row = this.#byHash.get({ sha256: base.sha256 });
    if (row === undefined || base.modelList === null) return false;
    const delta = makeDelta(modelList, base.modelList);
    const depth = row.depth + 1;
    const chainBytes = row.chainBytes + delta.length;
    if (depth > MOST_LINKS || chainBytes > body.bytes.length * CHAIN_LIMIT) return false;
    if (!isDeltaOf(delta, base.bytes, body.bytes)) throw damaged(body.sha256);
    this.#store(body, { base: row.id, depth, chainBytes, ...this.#packs.addDelta(delta) });
    return true;
  }

  #putWhole(body: Stored): void {
    const place = this.#packs.addWhole(body.bytes);
    if (!this.#packs.get(place).equals(body.bytes)) throw damaged(body.sha256);
    this.#store(body, { base: null, depth: 0, chainBytes: 0, ...place });
  }

  #putRejected(body: Stored): void {
    const place = this.#packs.addWhole(body.bytes.subarray(0, REJECTED_BYTES));
    this.#store(body, { base: null, depth: 0, chainBytes: 0, ...place });
  }

  #store(
    { sha256, bytes, modelList }: Stored,
    row: Place & { base: number | null; depth: number; chainBytes: number },
  ) {
    const isCut = modelList === null && bytes.length > REJECTED_BYTES;
    this.#insert.run({ sha256, bytes: isCut ? REJECTED_BYTES : bytes.length, cut: isCut ? 1 : 0, ...row });
  }
}

function damaged(sha256: string, cause?: unknown): DataFileError {
  return new DataFileError('damaged_body', `the archived body ${sha256} is damaged`, {
    hint: 'put a backup in its place; model-ledger verify lists all that is damaged',
    cause,
  });
}
