import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { codeOf } from '../core/errors.ts';
import { MOST_BODY_BYTES } from '../core/reading/bodySize.ts';

export const TOO_LARGE = `is larger than ${MOST_BODY_BYTES} bytes, which no list is`;

/** Formats by their first bytes. */
const FORMATS: readonly (readonly [magic: string, words: string])[] = [
  ['28b52ffd', 'is compressed with zstd, which is not read here: unpack it first (zstd -d)'],
  ['fd377a585a00', 'is compressed with xz, which is not read here: unpack it first (xz -d)'],
  ['425a68', 'is compressed with bzip2, which is not read here: unpack it first (bzip2 -d)'],
  ['04224d18', 'is compressed with lz4, which is not read here: unpack it first (lz4 -d)'],
  ['504b0304', 'is a zip archive, which is not read here: unpack it first (unzip)'],
  ['377abcaf271c', 'is a 7z archive, which is not read here: unpack it first (7z x)'],
  ['fffe0000', 'is UTF-32, which is not read here: save it as UTF-8'],
  ['0000feff', 'is UTF-32, which is not read here: save it as UTF-8'],
];

/** Files in place of others that some tool keeps elsewhere. */
const POINTERS: readonly (readonly [pattern: RegExp, words: string])[] = [
  [/^version https:\/\/git-lfs\.github\.com\//, 'is a Git LFS pointer, not the list itself (git lfs pull fetches it)'],
  [/^\S*\/annex\/objects\//, 'is a git-annex pointer, not the list itself (git annex get fetches it)'],
  [/^outs:\s*\n- (?:md5|hash|etag|path)\b/, 'is a DVC pointer, not the list itself (dvc pull fetches it)'],
];

/** What a saved file is, if it is something known that is no answer. */
export function nameForeignFormat(bytes: Buffer): string | undefined {
  const start = bytes.toString('hex', 0, 8);
  const format = FORMATS.find(([magic]) => start.startsWith(magic));
  if (format !== undefined) return format[1];
  const text = bytes.toString('latin1', 0, 300);
  return POINTERS.find(([pattern]) => pattern.test(text))?.[1];
}

export function isGzip(bytes: Buffer): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

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

/** How a list in UTF-16 begins, with or without a byte order mark. */
const LITTLE_ENDIAN: ReadonlySet<string> = new Set(['fffe', '7b00', '5b00']);
const BIG_ENDIAN: ReadonlySet<string> = new Set(['feff', '007b', '005b']);

/** Converts UTF-16, and removes a byte order mark, as PowerShell and old editors write them. */
function toUtf8(bytes: Buffer): Buffer {
  if (bytes.toString('hex', 0, 3) === 'efbbbf') return bytes.subarray(3);
  const start = bytes.toString('hex', 0, 2);
  if (LITTLE_ENDIAN.has(start)) return Buffer.from(new TextDecoder('utf-16le').decode(bytes));
  return BIG_ENDIAN.has(start) ? Buffer.from(new TextDecoder('utf-16be').decode(bytes)) : bytes;
}
