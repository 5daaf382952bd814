import { styleText } from 'node:util';
import type Table from 'cli-table3';
import { inert } from '../core/text.ts';

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

/** The way cli-table3 is made, passed on because it is loaded only when a table is printed. */
type Make = (options?: Table.TableConstructorOptions) => Table.Table;

const GAP = '  ';
/** cli-table3's time grows with the square of what it is given, so it is given some at a time. */
const AT_A_TIME = 50;
/** A flexible column is not cut below this: a stub of two letters says nothing. */
const LEAST_WIDTH = 8;
/** Text whose width is its length, which spares the measuring. */
const PLAIN = /^[ -~]*$/;
const NO_BORDER = { top: '', 'top-mid': '', 'top-left': '', 'top-right': '', bottom: '', 'bottom-mid': '' };
const NO_RULES = { 'bottom-left': '', 'bottom-right': '', left: '', 'left-mid': '', mid: '', 'mid-mid': '' };
const CHARS = { ...NO_BORDER, ...NO_RULES, right: '', 'right-mid': '', middle: GAP };
const STYLE = { 'padding-left': 0, 'padding-right': 0, head: [], border: [], compact: true };

/**
 * A table without borders: a line of titles, then a line a row, no space at the ends of lines. Every text is made
 * inert first. Where it is wider than `width`, flexible columns are cut, the widest first, and end in an ellipsis;
 * a table that is still too wide stays so, because a cut number would be a wrong one.
 */
export async function renderTable(
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  options: TableOptions = {},
): Promise<string> {
  const { default: CliTable } = await import('cli-table3');
  const make: Make = (tableOptions) => new CliTable({ chars: CHARS, style: STYLE, ...tableOptions });
  const titles = columns.map(({ title }) => ({ text: inert(title), style: 'bold' as const }));
  const cells = [titles, ...rows.map((row) => columns.map((_, index) => readCell(row[index] ?? null)))];
  const widths = fit(columns, naturalWidths(make, columns, cells), options.width);
  const lines = cells.map((row) => row.map((cell, index) => draw(make, cell, widths[index] ?? 0, options)));
  return layOut(make, columns, widths, lines);
}

function layOut(make: Make, columns: readonly Column[], widths: readonly number[], lines: string[][]): string {
  const colAligns = columns.map(({ align }) => align ?? 'left');
  const parts: string[] = [];
  for (let first = 0; first < lines.length; first += AT_A_TIME) {
    const table = make({ colAligns, colWidths: [...widths] });
    table.push(...lines.slice(first, first + AT_A_TIME));
    parts.push(...table.toString().split('\n'));
  }
  return parts.map((line) => line.trimEnd()).join('\n');
}

interface Text {
  readonly text: string;
  readonly style?: Style;
}

function readCell(cell: Cell): Text {
  if (cell === null) return { text: '' };
  return typeof cell === 'object' ? { text: inert(cell.text), style: cell.style } : { text: inert(String(cell)) };
}

function naturalWidths(make: Make, columns: readonly Column[], cells: readonly (readonly Text[])[]): readonly number[] {
  return columns.map((_, index) => {
    const widths = measure(
      make,
      cells.map((row) => row[index]?.text ?? ''),
    );
    return widths.reduce((widest, width) => Math.max(widest, width), 1);
  });
}

/** Widths in terminal cells, wide characters counted twice: as cli-table3 itself lays them out, many in a row. */
function measure(make: Make, texts: readonly string[]): readonly number[] {
  const widthOf = new Map<string, number>();
  const others = [...new Set(texts.filter((text) => !PLAIN.test(text)))];
  for (let first = 0; first < others.length; first += AT_A_TIME) {
    const some = others.slice(first, first + AT_A_TIME);
    const table = make();
    table.push(some);
    table.toString();
    some.forEach((text, index) => {
      widthOf.set(text, table.options.colWidths[index] ?? 0);
    });
  }
  return texts.map((text) => widthOf.get(text) ?? text.length);
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

function draw(
  make: Make,
  { text, style }: Text,
  width: number,
  { ascii = false, color = false }: TableOptions,
): string {
  const shown = shorten(make, text, width, ascii ? '...' : '…');
  return color && style !== undefined ? styleText(style, shown, { validateStream: false }) : shown;
}

/** Cuts between graphemes, because cli-table3 cuts between UTF-16 units and can tear a character apart. */
function shorten(make: Make, text: string, width: number, ellipsis: string): string {
  const fitsIn = (part: string, room: number): boolean => (measure(make, [part])[0] ?? 0) <= room;
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
