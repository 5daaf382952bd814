const LONGEST_QUOTE = 300;

/** Text of upstream's as it may stand in a message: one line, nothing invisible, no half of a character, not endless. */
export function quote(text: string, longest = LONGEST_QUOTE): string {
  const whole = text.length > longest ? `${text.slice(0, longest)}…` : text;
  return whole.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}
