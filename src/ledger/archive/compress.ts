import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';

/** @param quality brotli's, 0 to 11: 5 is fast, 9 takes ten times as long for a tenth less */
export function compress(bytes: Buffer, quality: number): Buffer {
  return brotliCompressSync(bytes, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: quality,
      [constants.BROTLI_PARAM_LGWIN]: windowBits(bytes.length),
      [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    },
  });
}

export function decompress(data: Buffer): Buffer {
  return brotliDecompressSync(data);
}

/** The smallest window that spans the input: setting up a larger one costs more than compressing a small delta. */
function windowBits(length: number): number {
  const bits = Math.ceil(Math.log2(length + 16));
  return Math.min(Math.max(bits, constants.BROTLI_MIN_WINDOW_BITS), constants.BROTLI_MAX_WINDOW_BITS);
}
