import { type BrotliOptions, brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';
import { DataFileError } from '../../core/errors.ts';

/** Of 0 to 11: 6 takes half as long again for a twentieth less, 9 twice as long for an eighth less. */
const QUALITY = 5;
/** By zlib's own sixteen thousand bytes at a time it takes a tenth longer. */
const PIECE = 1 << 20;
/** 8 MiB, which is many lists: 16 MiB takes a third longer and twice the memory for nothing. */
const MOST_WINDOW_BITS = 23;

/**
 * Brotli as RFC 7932 has it, so that every decoder reads it.
 * @throws DataFileError when it does not come back as it was
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
 * @param bytes how many there are to come; room for them is made at once, which halves the time
 * @throws Error when the data is damaged, or there are more
 */
export function decompress(data: Buffer, bytes: number): Buffer {
  return brotliDecompressSync(data, {
    chunkSize: Math.max(bytes + 1, constants.Z_MIN_CHUNK),
    maxOutputLength: bytes + 1,
  });
}

/**
 * The same where it is not known how many bytes there are.
 * @throws Error when the data is damaged, or there are more than so many
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

/** The smallest window that spans the input: setting up a larger one costs more than compressing a small body. */
function windowBits(length: number): number {
  const bits = Math.ceil(Math.log2(length + 16));
  return Math.min(Math.max(bits, constants.BROTLI_MIN_WINDOW_BITS), MOST_WINDOW_BITS);
}
