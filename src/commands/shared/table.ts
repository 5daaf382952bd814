import { styleText } from 'node:util';
import { escapeControls } from '../../core/format/text.ts';
import { PLAIN, TextWidth } from './textWidth.ts';

/** A style of `node:util`'s `styleText`, such as `green` or `dim`. */
export type Style = Parameters<typeof styleText>[0];

/** What stands in a cell; a style shows only where colour is on. Null is the empty cell. */
export type Cell = string | number | bigint | null | { readonly text: string; readonly style: Style };

export interface Column {
  readonly title: string;
  /** `left` unless told; numbers read best on the `right`. */
  readonly align?: 'left' | 'right';
  /** May be cut where the table is too wide for the terminal; a column of numbers should not be. */
  readonly flexible?: boolean;
}

export interface TableOptions {
  /** Columns of the terminal; without it nothing is cut, as is right for a pipe. */
  readonly width?: number;
  readonly color?: boolean;
  readonly ascii?: boolean;
}

const GAP = '  ';
/** A flexible column is not cut below this: a stub of two letters says nothing. */
const LEAST_WIDTH = 8;

/**
 * A table without borders: a line of titles, then a line a row, no space at the ends of lines. Every text is made
 * escapeControls first. Where it is wider than `width`, flexible columns are cut, the widest first, and end in an ellipsis;
 * a table that is still too wide stays so, because a cut number would be a wrong one.
 */
export async function renderTable(
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  options: TableOptions = {},
): Promise<string> {
  const titles = columns.map(({ title }) => ({ text: escapeControls(title), style: 'bold' as const }));
  const cells = [titles, ...rows.map((row) => columns.map((_, index) => readCell(row[index] ?? null)))];
  const ruler = await TextWidth.for(cells.flatMap((row) => row.map(({ text }) => text)));
  const widths = fit(columns, naturalWidths(ruler, columns, cells), options.width);
  return cells.map((row) => layOut(ruler, columns, widths, row, options)).join('\n');
}

function layOut(
  ruler: TextWidth,
  columns: readonly Column[],
  widths: readonly number[],
  row: readonly Text[],
  options: TableOptions,
): string {
  const line = row.map(({ text, style }, index) => {
    const width = widths[index] ?? 0;
    const shown = shorten(ruler, text, width, options.ascii ? '...' : '…');
    const space = ' '.repeat(Math.max(0, width - ruler.width(shown)));
    const painted = options.color && style !== undefined ? styleText(style, shown, { validateStream: false }) : shown;
    return columns[index]?.align === 'right' ? space + painted : painted + space;
  });
  return line.join(GAP).trimEnd();
}

interface Text {
  readonly text: string;
  readonly style?: Style;
}

function readCell(cell: Cell): Text {
  if (cell === null) return { text: '' };
  return typeof cell === 'object'
    ? { text: escapeControls(cell.text), style: cell.style }
    : { text: escapeControls(String(cell)) };
}

function naturalWidths(
  ruler: TextWidth,
  columns: readonly Column[],
  cells: readonly (readonly Text[])[],
): readonly number[] {
  return columns.map((_, index) => {
    const widths = ruler.widths(cells.map((row) => row[index]?.text ?? ''));
    return widths.reduce((widest, width) => Math.max(widest, width), 1);
  });
}

/** Takes what is too much from the widest flexible column, again and again. */
function fit(columns: readonly Column[], natural: readonly number[], width: number | undefined): readonly number[] {
  const widths = [...natural];
  if (width === undefined) return widths;
  let excess = widths.reduce((sum, column) => sum + column, GAP.length * (widths.length - 1)) - width;
  for (; excess > 0; excess -= 1) {
    let widest = -1;
    columns.forEach(({ flexible }, index) => {
      const current = widths[index] ?? 0;
      if (flexible && current > LEAST_WIDTH && current > (widths[widest] ?? 0)) widest = index;
    });
    if (widest < 0) return widths;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  return widths;
}

/** Cuts between graphemes, because cli-table3 cuts between UTF-16 units and can tear a character apart. */
function shorten(ruler: TextWidth, text: string, width: number, ellipsis: string): string {
  const fitsIn = (part: string, room: number): boolean => ruler.width(part) <= room;
  if (fitsIn(text, width)) return text;
  const room = width - ellipsis.length;
  if (PLAIN.test(text)) return text.slice(0, room).trimEnd() + ellipsis;
  const graphemes = Array.from(new Intl.Segmenter('en').segment(text), ({ segment }) => segment);
  const start = (count: number): string => graphemes.slice(0, count).join('');
  let [fits, tooLong] = [0, graphemes.length];
  while (tooLong - fits > 1) {
    const middle = Math.floor((fits + tooLong) / 2);
    if (fitsIn(start(middle), room)) fits = middle;
    else tooLong = middle;
  }
  return start(fits).trimEnd() + ellipsis;
}
