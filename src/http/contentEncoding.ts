import { brotliDecompressSync, constants, gunzipSync, inflateRawSync, inflateSync } from 'node:zlib';
import { codeOf } from '../core/errors.ts';
import { BodyTooLarge, BrokenOff } from './faults.ts';

/** Each one is work of the sender's choosing. */
const MOST_ENCODINGS = 5;

export type Decoder = (body: Buffer, most: number) => Buffer;

// What is there of a body that ends early is given out as it is: whether it is whole is for its reader to see.
const zlib = { flush: constants.Z_SYNC_FLUSH, finishFlush: constants.Z_SYNC_FLUSH };
const brotli = { flush: constants.BROTLI_OPERATION_FLUSH, finishFlush: constants.BROTLI_OPERATION_FLUSH };

const gunzip: Decoder = (body, most) => gunzipSync(body, { ...zlib, maxOutputLength: most });
/** Some send it without the header that it ought to have. */
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
 * What undoes an answer's `content-encoding`; a body in an encoding that is not known here stays as it came. It takes the
 * body, and the bytes that the decoded one may have.
 * @throws Error where there are too many. The decoder throws BodyTooLarge, or BrokenOff where the body is damaged
 */
export function decoderOf(encodings: string | null): Decoder {
  const names = (encodings ?? '').split(',').map((name) => name.trim().toLowerCase());
  if (names.length > MOST_ENCODINGS) {
    throw new Error(`too many content-encodings in response: ${names.length}, maximum allowed is ${MOST_ENCODINGS}`);
  }
  const decoders = names.reverse().flatMap((name) => (name === '' || name === 'identity' ? [] : [DECODERS[name]]));
  if (decoders.includes(undefined)) return (body) => body;
  return (body, most) =>
    body.length === 0 ? body : decoders.reduce((bytes: Buffer, decoder) => undo(bytes, decoder, most), body);
}

function undo(bytes: Buffer, decoder: Decoder | undefined, most: number): Buffer {
  try {
    return decoder?.(bytes, Math.max(most, 1)) ?? bytes;
  } catch (error) {
    throw codeOf(error) === 'ERR_BUFFER_TOO_LARGE' ? new BodyTooLarge(error) : new BrokenOff(error);
  }
}
