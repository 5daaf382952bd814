import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { eq } from 'drizzle-orm';
import { DataFileError } from '../../core/errors.ts';
import { hashOf } from '../archive/hash.ts';
import { RESTORE_DAMAGED } from '../store/failure.ts';
import type { Ledger } from '../store/open.ts';
import { endpointTexts } from './schema/sweeps.ts';

/** A chain of so many texts is read within milliseconds. */
const MOST_LINKS = 100;
/** How far DEFLATE looks back. */
const WINDOW = 32 << 10;
const HEADER = 8;

/**
 * Stores answers without telemetry and gives the same bytes back; equal ones are stored once. `docs/archive.md` documents
 * the format, and why it is not that of the lists.
 */
export class EndpointTexts {
  readonly #orm: Ledger['orm'];

  constructor({ orm }: Ledger) {
    this.#orm = orm;
  }

  /**
   * Stores a text, compressed against an earlier one of the same model, and reads it back to be sure.
   * @returns its id
   */
  put(text: Buffer, base: number | null): number {
    const sha256 = hashOf(text);
    const { id, depth } = endpointTexts;
    const known = this.#orm.select({ id }).from(endpointTexts).where(eq(endpointTexts.sha256, sha256)).get();
    if (known !== undefined) return known.id;
    const parent =
      base === null ? undefined : this.#orm.select({ depth }).from(endpointTexts).where(eq(id, base)).get();
    const row =
      base === null || parent === undefined || parent.depth >= MOST_LINKS
        ? { base: null, depth: 0, data: pack(text, Buffer.alloc(0)) }
        : { base, depth: parent.depth + 1, data: pack(text, this.get(base)) };
    const stored = { sha256, bytes: text.length, ...row };
    const added = this.#orm.insert(endpointTexts).values(stored).returning({ id }).get();
    if (!this.get(added.id).equals(text)) throw damaged(sha256);
    return added.id;
  }

  /**
   * The exact bytes of a text.
   * @throws DataFileError where they are damaged
   */
  get(id: number): Buffer {
    const chain: (typeof endpointTexts.$inferSelect)[] = [];
    for (let next: number | null = id; next !== null; ) {
      const row = this.#orm.select().from(endpointTexts).where(eq(endpointTexts.id, next)).get();
      if (row === undefined || chain.length > MOST_LINKS) throw damaged(`of text ${id}`);
      chain.push(row);
      next = row.base;
    }
    const sha256 = chain[0]?.sha256 ?? '';
    let text: Buffer = Buffer.alloc(0);
    try {
      for (const row of chain.reverse()) text = unpack(row.data, text);
    } catch (cause) {
      throw damaged(sha256, cause);
    }
    if (hashOf(text) !== sha256) throw damaged(sha256);
    return text;
  }
}

/** The lengths of what the texts share at both ends, then what is between, compressed against the base's part there. */
function pack(text: Buffer, base: Buffer): Buffer {
  const most = Math.min(text.length, base.length);
  let start = 0;
  while (start < most && text[start] === base[start]) start += 1;
  let end = 0;
  while (end < most - start && text[text.length - 1 - end] === base[base.length - 1 - end]) end += 1;
  const header = Buffer.alloc(HEADER);
  header.writeUInt32BE(start, 0);
  header.writeUInt32BE(end, 4);
  const middle = text.subarray(start, text.length - end);
  return Buffer.concat([header, deflateRawSync(middle, { level: 9, ...dictionaryOf(base, start, end) })]);
}

function unpack(data: Buffer, base: Buffer): Buffer {
  const [start, end] = [data.readUInt32BE(0), data.readUInt32BE(4)];
  const middle = inflateRawSync(data.subarray(HEADER), dictionaryOf(base, start, end));
  return Buffer.concat([base.subarray(0, start), middle, base.subarray(base.length - end)]);
}

function dictionaryOf(base: Buffer, start: number, end: number): { dictionary?: Buffer } {
  const dictionary = base.subarray(start, base.length - end).subarray(-WINDOW);
  return dictionary.length === 0 ? {} : { dictionary };
}

function damaged(what: string, cause?: unknown): DataFileError {
  const message = `The archived answer about endpoints ${what} is damaged.`;
  return new DataFileError('damaged_text', message, { hint: RESTORE_DAMAGED, cause });
}
