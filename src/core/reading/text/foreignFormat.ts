import { isUtf32, utf16Of } from './encoding.ts';

/** Formats by their first bytes. */
const FORMATS: readonly (readonly [magic: string, words: string])[] = [
  ['28b52ffd', 'is compressed with zstd, which is not read here: unpack it first (zstd -d)'],
  ['fd377a585a00', 'is compressed with xz, which is not read here: unpack it first (xz -d)'],
  ['425a68', 'is compressed with bzip2, which is not read here: unpack it first (bzip2 -d)'],
  ['04224d18', 'is compressed with lz4, which is not read here: unpack it first (lz4 -d)'],
  ['504b0304', 'is a zip archive, which is not read here: unpack it first (unzip)'],
  ['53514c69746520', 'is an SQLite database, which is not read here: --db names a data file'],
  ['377abcaf271c', 'is a 7z archive, which is not read here: unpack it first (7z x)'],
];

/** Files in place of others that some tool keeps elsewhere. */
const POINTERS: readonly (readonly [pattern: RegExp, words: string])[] = [
  [/^version https:\/\/git-lfs\.github\.com\//, 'is a Git LFS pointer, not the list itself (git lfs pull fetches it)'],
  [/^\S*\/annex\/objects\//, 'is a git-annex pointer, not the list itself (git annex get fetches it)'],
  [/^outs:\s*\n- (?:md5|hash|etag|path)\b/, 'is a DVC pointer, not the list itself (dvc pull fetches it)'],
];

/** What a saved file is, if it is something known that is no answer. */
export function nameForeignFormat(bytes: Buffer): string | undefined {
  if (isUtf32(bytes)) return 'is UTF-32, which is not read here: save it as UTF-8';
  const start = bytes.toString('hex', 0, 8);
  const format = FORMATS.find(([magic]) => start.startsWith(magic));
  if (format !== undefined) return format[1];
  const text = bytes.toString('latin1', 0, 300);
  return POINTERS.find(([pattern]) => pattern.test(text))?.[1];
}

/** The same for bytes that a reader has given up on, among them what is usually read: here it was not. */
export function nameUnreadFormat(bytes: Buffer): string | undefined {
  if (isGzip(bytes)) return 'is compressed with gzip, and was not unpacked';
  return nameForeignFormat(bytes) ?? (utf16Of(bytes) && 'is UTF-16, and UTF-8 was expected');
}

export function isGzip(bytes: Buffer): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}
