import { beginningOf } from '../reading/quote.ts';

/** Changes up to this length are never cut, and only those of lists are longer. */
export const LEAST_MOVE = 72;

/** Cuts a text to `width` characters, between words if possible, and adds an ellipsis. */
export function cutWords(text: string, width: number, ascii: boolean): string {
  if (text.length <= width) return text;
  const ellipsis = ascii ? '...' : '…';
  const start = text.slice(0, width - ellipsis.length + 1);
  const end = start.lastIndexOf(' ');
  return `${end > 0 ? start.slice(0, end).trimEnd() : beginningOf(start, start.length - 1)}${ellipsis}`;
}

const ESC = String.fromCodePoint(27);
const STYLE = new RegExp(`${ESC}\\[[0-9;]*m`, 'g');
/** Text whose width is its length. */
export const PLAIN = /^[ -~…▲▼]*$/;
const NOTHING = /[\p{M}\p{Cf}]/gu;
/** Characters that take two cells. */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1f64f}\u{1f680}-\u{1f6ff}\u{1f900}-\u{1f9ff}\u{20000}-\u{3fffd}]/gu;
/** The space between a number and its unit, where no line is broken: `$1.30 /M`, `▼ -20 %`, coloured or not. */
const UNIT = new RegExp(
  `(?<=\\d(?:${STYLE.source})?) (?=(?:${STYLE.source})?(?:%|/[a-z]+)(?![^\\s.,;:)${ESC}]))` +
    `|(?<=(?:[▲▼]|\\s[v^])(?:${STYLE.source})?) (?=(?:${STYLE.source})?[+-]?\\d)`,
  'gi',
);
/** Takes the place of such a space for the time being. */
const HELD = '\ue000';

/** Runs a function that breaks a text into lines so that it keeps numbers and their units together. */
export function keepingUnits(text: string, breakLines: (text: string) => string): string {
  return breakLines(text.replace(UNIT, HELD)).replaceAll(HELD, ' ');
}

/** Commands are left on one line, so that they can be copied. */
const COMMAND = /^\s+(?:\$ )?(?:model-ledger|npx|npm|node|sqlite3)\s/;

/**
 * Breaks lines of more than `width` cells between words, and indents their continuations. Commands are not broken, and
 * neither is a word that is longer than a line.
 */
export function wrapLines(text: string, width: number): string {
  if (!Number.isFinite(width) || text.length * 2 <= width) return text;
  return text
    .split('\n')
    .map((line) =>
      cellsOf(line) <= width || COMMAND.test(line) ? line : keepingUnits(line, (held) => wrapLine(held, width)),
    )
    .join('\n');
}

function wrapLine(line: string, width: number): string {
  const [start = ''] = /^ */.exec(line) ?? [];
  // The first character may be that of a style.
  const [indent = ''] = /^ */.exec(line.replace(STYLE, '')) ?? [];
  // A long word, such as an address, is indented less where it fits only so.
  const below = (word: string, depth: string): string =>
    ' '.repeat(Math.max(0, Math.min(depth.length, width - cellsOf(word)))) + word;
  const lines: string[] = [];
  let current: string | undefined;
  // Each word is taken with the space before it, so that columns keep their distance.
  for (const [word] of line.matchAll(/\s*\S+/g)) {
    if (current === undefined) current = below(word.trimStart(), start);
    else if (cellsOf(current + word) <= width) current += word;
    else {
      lines.push(current);
      current = below(word.trimStart(), `${indent}  `);
    }
  }
  return [...lines, current ?? ''].join('\n');
}

/** About how many cells of a terminal a text takes. A library for this would take 30 ms of every start. */
function cellsOf(text: string): number {
  const bare = text.replace(STYLE, '');
  if (PLAIN.test(bare)) return bare.length;
  const wide = bare.match(WIDE)?.length ?? 0;
  return [...bare.replace(NOTHING, '')].length + wide;
}
