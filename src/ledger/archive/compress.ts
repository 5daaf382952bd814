import { promisify } from 'node:util';
import { type BrotliOptions, brotliCompress, brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';

/** Of 0 to 11: 6 takes half as long again for a twentieth less, 9 twice as long for an eighth less. */
const QUALITY = 5;
/** Compressed bytes are collected in pieces of so many: by zlib's own sixteen thousand it takes a tenth longer. */
const PIECE = 1 << 20;

/** Brotli as RFC 7932 has it, so that every decoder reads it: no window beyond 16 MiB. */
export function compress(bytes: Buffer): Buffer {
  return brotliCompressSync(bytes, optionsFor(bytes));
}

/** The same beside the work of this thread. */
export const compressAside = (bytes: Buffer): Promise<Buffer> => promisify(brotliCompress)(bytes, optionsFor(bytes));

function optionsFor({ length }: Buffer): BrotliOptions {
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
  return Math.min(Math.max(bits, constants.BROTLI_MIN_WINDOW_BITS), constants.BROTLI_MAX_WINDOW_BITS);
}
