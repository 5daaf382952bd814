/** Edits beyond which two words are not taken for the same one mistyped. */
const MOST_EDITS = 3;

/**
 * The words that a mistyped one may have meant, the likeliest first: those that contain it or of which it is made,
 * then those a few edits away. The part behind the last `/` counts as the word too.
 */
export function suggest(text: string, words: readonly string[], most = 5): string[] {
  const wanted = text.toLowerCase();
  const scored = words.flatMap((word) => {
    const score = distance(wanted, word.toLowerCase());
    return score === undefined ? [] : [{ word, score }];
  });
  scored.sort((a, b) => a.score - b.score || a.word.length - b.word.length || (a.word < b.word ? -1 : 1));
  return scored.slice(0, most).map(({ word }) => word);
}

function distance(wanted: string, word: string): number | undefined {
  const tail = (id: string): string => id.slice(id.lastIndexOf('/') + 1);
  const wantedTail = tail(wanted);
  const wordTail = tail(word);
  if (wordTail === wantedTail) return 0;
  const most = Math.min(MOST_EDITS, Math.floor(wantedTail.length / 3));
  const typo = Math.min(edits(wanted, word, most), edits(wantedTail, wordTail, most));
  if (typo <= most) return typo;
  if (wantedTail.length >= 3 && word.includes(wantedTail)) return MOST_EDITS + 1;
  return wordTail.length >= 4 && wanted.includes(wordTail) ? MOST_EDITS + 2 : undefined;
}

/** Insertions, deletions, replacements and swaps of neighbours; more than `most` is told as `most + 1`. */
export function edits(a: string, b: string, most: number): number {
  if (Math.abs(a.length - b.length) > most) return most + 1;
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = (last[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      let cost = Math.min(replaced, (last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1);
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (isSwap) cost = Math.min(cost, (before[j - 2] ?? 0) + 1);
      row.push(cost);
    }
    if (Math.min(...row) > most) return most + 1;
    before = last;
    last = row;
  }
  return Math.min(last[b.length] ?? most + 1, most + 1);
}
