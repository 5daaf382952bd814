/**
 * Upstream's texts (names, descriptions, ids, error messages) as they may be shown: they can neither move a cursor,
 * forge a line, reverse their neighbours, nor become a formula.
 */

/** What acts without being seen: controls (C0, C1), format characters (bidi, zero width), lone surrogates, line ends. */
const ACTIVE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;
const ACTIVE_IN_CSV = /(?![\t\n])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** What a spreadsheet takes for the start of a formula, the full-width twins included. */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/u;
const NUMBER = /^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i;

/** A value of a CSV cell; null is the empty cell. */
export type CsvValue = string | number | bigint | boolean | null;

/**
 * One line of text that can be printed anywhere: every active character is written out, `\u{1b}` for escape.
 * Text without such characters is returned as it is.
 */
export function escapeControls(text: string): string {
  return text.replace(ACTIVE, writeOut);
}

/** JSON text that can be shown on a terminal: the same value, with every active character as `\uXXXX`. */
export function escapeJson(json: string): string {
  return json.replace(ACTIVE, (character) =>
    Array.from({ length: character.length }, (_, i) => writeUnit(character.charCodeAt(i))).join(''),
  );
}

function writeUnit(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, '0')}`;
}

/**
 * A CSV cell as RFC 4180 quotes it. A text that a spreadsheet would run gets a leading `'` (numbers, also negative
 * ones, stay numbers); active characters but tab and line feed are written out. The exact text is in JSON output.
 */
export function csvCell(value: CsvValue): string {
  if (value === null) return '';
  const text = String(value);
  const guarded = FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text;
  const safe = guarded.replace(ACTIVE_IN_CSV, writeOut);
  return /[",\n]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Rows as a CSV document, each ended by CRLF as RFC 4180 has it; no rows make the empty text. */
export function csv(rows: Iterable<readonly CsvValue[]>): string {
  let document = '';
  for (const row of rows) document += `${csvRow(row)}\r\n`;
  return document;
}

/** A line of nothing would be no row, so a single empty cell is quoted. */
function csvRow(row: readonly CsvValue[]): string {
  const line = row.map(csvCell).join(',');
  return line === '' && row.length === 1 ? '""' : line;
}

function writeOut(character: string): string {
  return `\\u{${character.codePointAt(0)?.toString(16)}}`;
}

/** A text broken between words into lines of at most `width`; where there are more than `most`, the last is cut. */
export function wrap(text: string, width: number, most: number, ascii: boolean): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = '';
    }
    line = line === '' ? word : `${line} ${word}`;
  }
  lines.push(line);
  if (lines.length <= most) return lines;
  const ellipsis = ascii ? '...' : '…';
  const last = lines[most - 1] ?? '';
  return [...lines.slice(0, most - 1), `${last.slice(0, width - ellipsis.length).trimEnd()}${ellipsis}`];
}
