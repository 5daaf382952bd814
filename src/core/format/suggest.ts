import { distance as edits } from 'fastest-levenshtein';
import { compareText } from '../collections.ts';

/** With more edits between them, two words are not taken for the same one. */
const MOST_EDITS = 3;

/**
 * The words that a mistyped one may have meant, the likeliest first: those a few edits away, then those that contain it
 * or are contained in it. The part after the last `/` counts as a word too.
 */
export function suggest(text: string, words: readonly string[], most = 5): string[] {
  const wanted = text.toLowerCase();
  const scored = words.flatMap((word) => {
    const score = distance(wanted, word.toLowerCase());
    return score === undefined ? [] : [{ word, score }];
  });
  scored.sort((a, b) => a.score - b.score || a.word.length - b.word.length || compareText(a.word, b.word));
  return scored.slice(0, most).map(({ word }) => word);
}

function distance(wanted: string, word: string): number | undefined {
  const tail = (id: string): string => id.slice(id.lastIndexOf('/') + 1);
  const wantedTail = tail(wanted);
  const wordTail = tail(word);
  if (wordTail === wantedTail) return 0;
  const most = Math.min(MOST_EDITS, Math.floor(wantedTail.length / 3));
  const typo = Math.min(typos(wanted, word), typos(wantedTail, wordTail));
  if (typo <= most) return typo;
  if (wantedTail.length >= 3 && word.includes(wantedTail)) return MOST_EDITS + 1;
  return wordTail.length >= 4 && wanted.includes(wordTail) ? MOST_EDITS + 2 : undefined;
}

/** Edits between two words; two swapped neighbours are one edit. */
function typos(wanted: string, word: string): number {
  let least = edits(wanted, word);
  for (let at = 0; least === 2 && at + 1 < wanted.length; at += 1) {
    const swapped = `${wanted.slice(0, at)}${wanted[at + 1]}${wanted[at]}${wanted.slice(at + 2)}`;
    if (swapped === word) least = 1;
  }
  return least;
}
