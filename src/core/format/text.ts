/**
 * Upstream's texts (names, descriptions, ids, error messages) as they may be shown: they can neither move a cursor,
 * forge a line, reverse their neighbours, nor become a formula.
 */

/** What acts without being seen: controls (C0, C1), format characters (bidi, zero width), lone surrogates, line ends. */
const ACTIVE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/**
 * One line of text that can be printed anywhere: every active character is written out, `\u{1b}` for escape.
 * Text without such characters is returned as it is.
 */
export function escapeControls(text: string): string {
  return text.replace(ACTIVE, writeOut);
}

/** The visible spelling of a character. */
export function writeOut(character: string): string {
  return `\\u{${character.codePointAt(0)?.toString(16)}}`;
}
