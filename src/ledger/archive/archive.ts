import { eq, sql } from 'drizzle-orm';
import { DataFileError } from '../../core/errors.ts';
import { RESTORE_DAMAGED } from '../store/failure.ts';
import type { Ledger } from '../store/open.ts';
import { archive } from '../store/schema/archive.ts';
import { isAsWritten } from '../store/seals.ts';
import { bindInsert } from '../store/statements.ts';
import { hashOf } from './hash.ts';
import type { FilledBy, Likeness, Place } from './openPack.ts';
import { Packs } from './packs.ts';

/** A body with the hash by which it is known. */
export interface Body {
  readonly bytes: Buffer;
  readonly sha256: string;
}

/** Another body, and what is shared with it. */
type LikeBody = Pick<Likeness, 'shared'> & Pick<Body, 'sha256'>;

/**
 * How much of a rejected body is kept, for people to look at: an upstream that answers with 64 MB of something else
 * every hour must not fill the disk. Its hash and its length in `sync_runs` are those of the whole body.
 */
const REJECTED_BYTES = 1 << 20;

/** Stores bodies and gives the same bytes back. Their format in the file is described in docs/archive.md. */
export class Archive {
  readonly #sqlite: Ledger['sqlite'];
  readonly #byHash;
  readonly #insert;
  readonly #packs: Packs;
  /** The body stored last, with which the next one is compared, without unpacking its pack. */
  #last: Body | undefined;
  #lastPlace: (Place & Pick<Body, 'sha256'>) | undefined;

  constructor(ledger: Ledger, filledBy: FilledBy = 'run') {
    this.#sqlite = ledger.sqlite;
    this.#packs = new Packs(ledger, filledBy);
    const isThis = eq(archive.sha256, sql.placeholder('sha256'));
    this.#byHash = ledger.orm.select().from(archive).where(isThis).prepare();
    this.#insert = bindInsert(ledger, archive, 'id');
  }

  /**
   * Stores the body of a list, unless it is stored already.
   * @param like a body that is stored, and what they have in common
   */
  put({ bytes, sha256 }: Body, like?: LikeBody): void {
    this.#store(sha256, { bytes, cut: false }, like);
    this.#last = { bytes, sha256 };
  }

  /** Stores the beginning of a body that is no list. */
  putRejected({ bytes, sha256 }: Body): void {
    this.#store(sha256, { bytes: bytes.subarray(0, REJECTED_BYTES), cut: bytes.length > REJECTED_BYTES });
  }

  /** Writes the packs, each unpacked again and compared; to be called before a commit. */
  flush(): void {
    this.#packs.flush();
  }

  /**
   * The exact bytes of a body, of a rejected one the first ones.
   * @throws DataFileError when it is missing or damaged
   */
  get(sha256: string): Buffer {
    if (this.#last?.sha256 === sha256) return this.#last.bytes;
    try {
      return this.#read(sha256);
    } catch (error) {
      // Another process may have written to the packs since they were read.
      if (!this.#packs.forget()) throw error;
      return this.#read(sha256);
    }
  }

  #read(sha256: string): Buffer {
    const row = this.#byHash.get({ sha256 });
    if (row === undefined) throw new DataFileError('missing_body', `The archive lacks the body ${sha256}.`);
    try {
      const body = this.#packs.get(row, row.bytes);
      if (row.cut ? this.#isAsWritten(row) : hashOf(body) === sha256) return body;
    } catch (cause) {
      throw damaged(sha256, cause);
    }
    throw damaged(sha256);
  }

  /** For a body that was cut, the hash of which proves nothing: whether its rows have their seals. */
  #isAsWritten({ id, pack }: { readonly id: number; readonly pack: number }): boolean {
    return isAsWritten(this.#sqlite, 'archive', id) && isAsWritten(this.#sqlite, 'archive_packs', pack);
  }

  #store(sha256: string, { bytes, cut }: { bytes: Buffer; cut: boolean }, like?: LikeBody): void {
    if (this.#byHash.get({ sha256 }) !== undefined) return;
    const base = like && (this.#lastPlace?.sha256 === like.sha256 ? this.#lastPlace : this.#byHash.get(like));
    const likeness = base && { base, shared: like.shared };
    const place = this.#packs.add(bytes, likeness);
    this.#insert.run({ sha256, bytes: bytes.length, cut, ...place });
    this.#lastPlace = { sha256, ...place };
  }
}

function damaged(sha256: string, cause?: unknown): DataFileError {
  return new DataFileError('damaged_body', `The archived body ${sha256} is damaged.`, { hint: RESTORE_DAMAGED, cause });
}
