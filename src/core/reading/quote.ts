/** Characters with an invisible effect: controls (C0, C1), bidi and zero width, lone surrogates, line ends. */
export const ACTIVE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** The visible spelling of a character, `\u{1b}`. */
export function writeOut(character: string): string {
  return `\\u{${character.codePointAt(0)?.toString(16)}}`;
}

const LONGEST_QUOTE = 300;

/** Text of upstream's as it may stand in a message: one line, nothing invisible, no half of a character, not endless. */
export function quote(text: string, longest = LONGEST_QUOTE): string {
  return beginningOf(text, longest, '…').replace(ACTIVE, writeOut);
}

/**
 * The beginning of a text, which does not end between the halves of a character.
 * @param most how many UTF-16 code units
 * @param mark put behind a text that was cut
 */
export function beginningOf(text: string, most: number, mark = ''): string {
  return text.length <= most ? text : `${text.slice(0, most).replace(/[\uD800-\uDBFF]$/, '')}${mark}`;
}
