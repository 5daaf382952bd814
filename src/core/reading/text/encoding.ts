/** The text of files that people have saved, in the encodings that their editors and shells write. */

/** Bytes are no text that can be read for certain; the message says why, and goes behind a colon. */
export class NotText extends Error {}

/** What to do about it. */
export const SAVE_AS_UTF8 = 'Save it as UTF-8, for instance with iconv -f ENCODING -t UTF-8.';

/**
 * Decodes UTF-8, and UTF-16 as PowerShell and older editors of Windows write it; a byte order mark is no part of the text.
 * @throws NotText for anything else: decoded loosely, characters would be lost without a word
 */
export function decodeText(bytes: Uint8Array): string {
  if (isUtf32(bytes)) throw new NotText('it is UTF-32, which is not read here');
  const encoding = utf16Of(bytes) ?? 'utf-8';
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch (cause) {
    const words =
      encoding === 'utf-8'
        ? notUtf8(bytes)
        : `it begins as ${encoding.toUpperCase()} and ends or goes on as something else`;
    throw new NotText(words, { cause });
  }
}

/** Which UTF-16 the bytes are: by their mark, or because they begin with a plain character and its zero byte. */
export function utf16Of([first, second]: Uint8Array): 'utf-16le' | 'utf-16be' | undefined {
  if (first === undefined || second === undefined) return undefined;
  if ((first === 0xff && second === 0xfe) || (isPlain(first) && second === 0)) return 'utf-16le';
  return (first === 0xfe && second === 0xff) || (first === 0 && isPlain(second)) ? 'utf-16be' : undefined;
}

/** Printable ASCII or white space. */
function isPlain(byte: number): boolean {
  return (byte >= 0x20 && byte < 0x7f) || (byte >= 0x09 && byte <= 0x0d);
}

/** Whether the bytes begin with the mark of UTF-32, of which the one of UTF-16 is a part. */
export function isUtf32([a, b, c, d]: Uint8Array): boolean {
  return (a === 0xff && b === 0xfe && c === 0 && d === 0) || (a === 0 && b === 0 && c === 0xfe && d === 0xff);
}

/** Names the first byte that is no UTF-8; in older encodings of the West one such byte is a letter. */
function notUtf8(bytes: Uint8Array): string {
  const loose = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  let at = 0;
  for (const part of loose.split(REPLACEMENT)) {
    at += Buffer.byteLength(part);
    // The character itself may stand in the text.
    if (!REPLACEMENT_BYTES.equals(bytes.subarray(at, at + REPLACEMENT_BYTES.length))) break;
    at += REPLACEMENT_BYTES.length;
  }
  const byte = bytes[at]?.toString(16).padStart(2, '0');
  return `it is not UTF-8 at byte ${at} (0x${byte}), perhaps Latin-1 or Windows-1252`;
}

/** What a decoder puts in the place of what it cannot read. */
const REPLACEMENT = '\ufffd';
const REPLACEMENT_BYTES = Buffer.from(REPLACEMENT);
const BYTE_ORDER_MARK = Buffer.from('\ufeff');

/** The bytes behind a byte order mark, if they begin with one. */
export function withoutMark(bytes: Buffer): Buffer {
  const length = BYTE_ORDER_MARK.length;
  return BYTE_ORDER_MARK.equals(bytes.subarray(0, length)) ? bytes.subarray(length) : bytes;
}
