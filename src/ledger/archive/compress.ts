import { type BrotliOptions, brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';
import { DataFileError } from '../../core/errors.ts';

/** From 0 to 11: 6 takes half as long again and saves a twentieth, 9 takes twice as long and saves an eighth. */
const QUALITY = 5;
/** With zlib's default of 16 KiB it takes a tenth longer. */
const PIECE = 1 << 20;
/** 8 MiB, which holds many lists: 16 MiB takes a third longer and twice the memory, and saves nothing. */
const MOST_WINDOW_BITS = 23;

/**
 * Compresses with plain brotli (RFC 7932), which every decoder reads.
 * @throws DataFileError when the result does not unpack to the same bytes
 */
export function compress(bytes: Buffer): Buffer {
  const data = brotliCompressSync(bytes, optionsFor(bytes.length));
  if (decompress(data, bytes.length).equals(bytes)) return data;
  throw notAsBefore();
}

export function notAsBefore(): DataFileError {
  return new DataFileError('damaged_pack', 'Packed bodies do not come back as they were.', {
    hint: 'Find out with model-ledger verify what is damaged; a backup may be whole: model-ledger restore FILE.',
  });
}

/**
 * @param bytes how many there will be; allocated at once, which halves the time
 * @throws Error when the data is damaged, or there are more
 */
export function decompress(data: Buffer, bytes: number): Buffer {
  return brotliDecompressSync(data, {
    chunkSize: Math.max(bytes + 1, constants.Z_MIN_CHUNK),
    maxOutputLength: bytes + 1,
  });
}

/**
 * The same where the number of bytes is not known.
 * @throws Error when the data is damaged, or there are more than `most` bytes
 */
export function decompressUpTo(data: Buffer, most: number): Buffer {
  return brotliDecompressSync(data, { chunkSize: PIECE, maxOutputLength: most });
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

/** The smallest window that spans the input: setting up a larger one takes longer than compressing a small body. */
function windowBits(length: number): number {
  const bits = Math.ceil(Math.log2(length + 16));
  return Math.min(Math.max(bits, constants.BROTLI_MIN_WINDOW_BITS), MOST_WINDOW_BITS);
}
