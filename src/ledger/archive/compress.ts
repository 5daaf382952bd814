import { pipeline } from 'node:stream/promises';
import {
  type BrotliOptions,
  brotliCompressSync,
  brotliDecompressSync,
  constants,
  crc32,
  createBrotliCompress,
  createBrotliDecompress,
} from 'node:zlib';
import { DataFileError } from '../../core/errors.ts';

/** Of 0 to 11: 6 takes half as long again for a twentieth less, 9 twice as long for an eighth less. */
const QUALITY = 5;
/** Compressed bytes are collected in pieces of so many: by zlib's own sixteen thousand it takes a tenth longer. */
const PIECE = 1 << 20;
/** 8 MiB, which is many lists: 16 MiB takes a third longer and twice the memory for nothing. */
const MOST_WINDOW_BITS = 23;
/** What comes when nobody knows how much it will be. */
const LARGE = 1 << 24;

/** Brotli as RFC 7932 has it, so that every decoder reads it. */
export function compress(bytes: Buffer): Buffer {
  return brotliCompressSync(bytes, optionsFor(bytes.length));
}

/**
 * The same beside the work of this thread, as the bytes come: it keeps none of them, which would be many at a time. What
 * they are compressed to is unpacked again as it comes, so that little is left to do at the end.
 */
export class Compressor {
  readonly #stream = createBrotliCompress(optionsFor(LARGE));
  readonly #data: Buffer[] = [];
  readonly #unpacked: Promise<number>;
  #checksum = 0;

  constructor() {
    this.#unpacked = this.#unpack();
    // Nobody waits for it where the transaction is taken back.
    this.#unpacked.catch(() => {});
  }

  put(bytes: Buffer): void {
    // Of nothing, zlib's begins anew.
    if (bytes.length === 0) return;
    this.#checksum = crc32(bytes, this.#checksum);
    this.#stream.write(bytes);
  }

  /**
   * What all of it is compressed to, after it has been unpacked again and its checksum compared.
   * @throws Error when it does not come back as it was
   */
  async end(): Promise<Buffer> {
    this.#stream.end();
    if ((await this.#unpacked) !== this.#checksum) throw notAsBefore();
    return Buffer.concat(this.#data);
  }

  /** The checksum of what comes back. */
  async #unpack(): Promise<number> {
    const data = this.#data;
    let checksum = 0;
    await pipeline(
      this.#stream,
      async function* keep(pieces: AsyncIterable<Buffer>) {
        for await (const piece of pieces) {
          data.push(piece);
          yield piece;
        }
      },
      createBrotliDecompress({ chunkSize: PIECE }),
      async (pieces: AsyncIterable<Buffer>) => {
        for await (const piece of pieces) checksum = crc32(piece, checksum);
      },
    );
    return checksum;
  }
}

export function notAsBefore(): DataFileError {
  return new DataFileError('damaged_pack', 'Compressed bodies do not come back as they were.');
}

function optionsFor(length: number): BrotliOptions {
  return {
    chunkSize: PIECE,
    params: {
      [constants.BROTLI_PARAM_QUALITY]: QUALITY,
      [constants.BROTLI_PARAM_LGWIN]: windowBits(length),
      [constants.BROTLI_PARAM_SIZE_HINT]: length,
    },
  };
}

/**
 * @param bytes how many there are to come; room for them is made at once, which halves the time
 * @throws Error when the data is damaged, or there are more
 */
export function decompress(data: Buffer, bytes: number): Buffer {
  return brotliDecompressSync(data, {
    chunkSize: Math.max(bytes + 1, constants.Z_MIN_CHUNK),
    maxOutputLength: bytes + 1,
  });
}

/** The smallest window that spans the input: setting up a larger one costs more than compressing a small body. */
function windowBits(length: number): number {
  const bits = Math.ceil(Math.log2(length + 16));
  return Math.min(Math.max(bits, constants.BROTLI_MIN_WINDOW_BITS), MOST_WINDOW_BITS);
}
