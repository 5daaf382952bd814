import { stringify } from 'csv-stringify/sync';
import { writeOut } from '../reading/quote.ts';

/** A value of a CSV cell; null is the empty cell. */
export type CsvValue = string | number | bigint | boolean | null;

/** As in `text.ts`, except tab and line feed, which a quoted cell may contain. */
const ACTIVE = /(?![\t\n])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;
/** What a spreadsheet takes for the start of a formula, full-width characters included. */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/u;
const NUMBER = /^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i;
/** Quoted in addition to what RFC 4180 demands: readers that trim cells would lose the space at their ends. */
const QUOTED = /\n|^\s|\s$/;

/**
 * Rows as a CSV document, each ended by CRLF as RFC 4180 demands; without rows it is empty. A text that a spreadsheet
 * would run gets a leading `'`, except negative numbers, and active characters but tab and line feed are escaped: the
 * exact text is in JSON output.
 */
export function csv(rows: Iterable<readonly CsvValue[]>): string {
  let document = '';
  for (const row of rows) {
    // An empty line would be no row, so a single empty cell is quoted.
    const options = { record_delimiter: 'windows', quoted_match: QUOTED, quoted_empty: row.length === 1 };
    document += stringify([row.map(safeText)], options);
  }
  return document;
}

function safeText(value: CsvValue): string {
  const text = value === null ? '' : String(value);
  const guarded = FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text;
  return guarded.replace(ACTIVE, writeOut);
}
