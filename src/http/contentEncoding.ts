import { brotliDecompressSync, constants, gunzipSync, inflateRawSync, inflateSync } from 'node:zlib';
import { codeOf } from '../core/errors.ts';
import { BodyTooLarge, BrokenOff } from './faults.ts';

/** A bound on work that the sender could make us do. */
const MOST_ENCODINGS = 5;

/** Decodes a body into at most `most` bytes. */
export type Decoder = (body: Buffer, most: number) => Buffer;

// With these, a body that ends early is decoded as far as it goes; the caller judges whether it is whole.
const zlib = { flush: constants.Z_SYNC_FLUSH, finishFlush: constants.Z_SYNC_FLUSH };
const brotli = { flush: constants.BROTLI_OPERATION_FLUSH, finishFlush: constants.BROTLI_OPERATION_FLUSH };

const gunzip: Decoder = (body, most) => gunzipSync(body, { ...zlib, maxOutputLength: most });
/** Some servers send `deflate` without the zlib header that it should have. */
const inflate: Decoder = (body, most) =>
  ((body[0] ?? 0) & 0x0f) === 8
    ? inflateSync(body, { ...zlib, maxOutputLength: most })
    : inflateRawSync(body, { ...zlib, maxOutputLength: most });

const DECODERS: Readonly<Record<string, Decoder>> = {
  gzip: gunzip,
  'x-gzip': gunzip,
  deflate: inflate,
  br: (body, most) => brotliDecompressSync(body, { ...brotli, maxOutputLength: most }),
};

/**
 * The decoder for a `content-encoding`. Where it names an encoding that is not known here, the body stays as it came.
 * The decoder throws BodyTooLarge, or BrokenOff when the body is damaged.
 * @throws Error when too many encodings are named
 */
export function decoderOf(encodings: string | null): Decoder {
  const names = (encodings ?? '').split(',').map((name) => name.trim().toLowerCase());
  if (names.length > MOST_ENCODINGS) {
    throw new Error(`too many content-encodings in response: ${names.length}, maximum allowed is ${MOST_ENCODINGS}`);
  }
  const applied = names.filter((name) => name !== '' && name !== 'identity').reverse();
  const decoders = applied.flatMap((name) => DECODERS[name] ?? []);
  if (decoders.length < applied.length) return (body) => body;
  return (body, most) =>
    body.length === 0 ? body : decoders.reduce((bytes, decoder) => decode(bytes, decoder, most), body);
}

function decode(bytes: Buffer, decoder: Decoder, most: number): Buffer {
  try {
    return decoder(bytes, Math.max(most, 1));
  } catch (error) {
    throw codeOf(error) === 'ERR_BUFFER_TOO_LARGE' ? new BodyTooLarge(error) : new BrokenOff(error);
  }
}
