import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { codeOf } from '../core/errors.ts';
import { MOST_BODY_BYTES } from '../core/reading/bodySize.ts';
import { utf16Of } from '../core/reading/text/encoding.ts';
import { isGzip, nameForeignFormat } from '../core/reading/text/foreignFormat.ts';

export const TOO_LARGE = `is larger than ${MOST_BODY_BYTES} bytes, which no list is`;

/**
 * The answer that a saved file holds: unpacked, whatever its name says, and as UTF-8. What cannot be unpacked is taken
 * as it stands: it is no list, and a rejected run keeps it for a look.
 */
export function readSavedBody(bytes: Buffer, name: string): { bytes: Buffer } | { unreadable: string } {
  const unpacked = unpack(bytes, name);
  if (unpacked === undefined) return { unreadable: TOO_LARGE };
  const foreign = nameForeignFormat(unpacked);
  return foreign === undefined ? { bytes: toUtf8(unpacked) } : { unreadable: foreign };
}

/** Undefined: larger than any list. */
function unpack(bytes: Buffer, name: string): Buffer | undefined {
  try {
    if (isGzip(bytes)) return gunzipSync(bytes, { maxOutputLength: MOST_BODY_BYTES });
    if (/\.br$/i.test(name)) return brotliDecompressSync(bytes, { maxOutputLength: MOST_BODY_BYTES });
  } catch (error) {
    if (codeOf(error) === 'ERR_BUFFER_TOO_LARGE') return undefined;
  }
  return bytes;
}

/** Converts UTF-16, as PowerShell writes it; UTF-8 stays as it is, also behind a byte order mark. */
function toUtf8(bytes: Buffer): Buffer {
  const encoding = utf16Of(bytes);
  return encoding === undefined ? bytes : Buffer.from(new TextDecoder(encoding).decode(bytes));
}
