import { PLAIN } from '../../core/format/lines.ts';
import { escapeControls } from '../../core/format/text.ts';
import type { Cell, Column, TextStyle } from './columns.ts';
import type { Style } from './style.ts';

export const GAP = '  ';
/** A flexible column is never narrower, because two letters of a text say nothing. */
const LEAST_WIDTH = 8;
/** The width of the longest mark for a cut text, `...`. */
const ELLIPSIS = 3;

/** A table whose cells have been prepared for printing. The first row has the titles. */
export interface Table {
  readonly widthOf: Measure;
  readonly columns: readonly Column[];
  readonly cells: readonly (readonly Text[])[];
  readonly style: Style;
}

export function totalOf(widths: readonly number[]): number {
  return widths.reduce((sum, column) => sum + column, GAP.length * (widths.length - 1));
}

export function layOut(
  { widthOf, columns, style }: Omit<Table, 'cells'>,
  widths: readonly number[],
  row: readonly Text[],
  hasName = true,
): string {
  const [name] = row;
  const isLong = hasName && columns.length > 1 && name !== undefined && widthOf(name.text) > (widths[0] ?? 0);
  const line = row.map((cell, index) => {
    if (isLong && index === 0) return ' '.repeat(widths[0] ?? 0);
    const width = widths[index] ?? 0;
    const shown = shorten(widthOf, cell.text, width, style.ascii ? '...' : '…');
    const space = ' '.repeat(Math.max(0, width - widthOf(shown)));
    const painted = style.paint(shown, cell.style);
    return columns[index]?.align === 'right' ? space + painted : painted + space;
  });
  const below = line.join(GAP).trimEnd();
  if (!isLong) return below;
  const head = style.paint(name.text, name.style);
  return below === '' ? head : `${head}\n${below}`;
}

export interface Text {
  readonly text: string;
  readonly style?: TextStyle;
}

export function readCell(cell: Cell): Text {
  if (cell === null) return { text: '' };
  if (typeof cell !== 'object') return { text: escapeControls(String(cell)) };
  return cell.text === '' ? { text: '' } : { text: escapeControls(cell.text), style: cell.style };
}

/** The first column may be this narrow; names that need more room are not cut, but get their own line. */
const LEAST_NAME = 20;

/** The least width of each column: all of it or, if it is flexible, enough for the first word of every cell. */
function leastWidths({ widthOf, columns, cells }: Table, natural: readonly number[], hasName: boolean): number[] {
  return columns.map(({ flexible }, index) => {
    const whole = natural[index] ?? 0;
    if (!flexible) return whole;
    if (hasName && index === 0 && columns.length > 1) return Math.min(whole, LEAST_NAME);
    const words = cells.map((row) => {
      const { text = '' } = row[index] ?? {};
      const end = text.indexOf(' ');
      return end < 0 ? widthOf(text) : widthOf(text.slice(0, end)) + ELLIPSIS;
    });
    return Math.min(whole, Math.max(LEAST_WIDTH, ...words));
  });
}

/** The widths of the columns. If they are too wide together, the widest flexible column is narrowed until they fit. */
export function fitWidths(table: Table, width: number, hasName = true): number[] {
  const { widthOf, columns, cells } = table;
  const widths = columns.map((_, index) =>
    cells.reduce((widest, row) => Math.max(widest, widthOf(row[index]?.text ?? '')), 1),
  );
  const least = leastWidths(table, widths, hasName);
  let excess = totalOf(widths) - width;
  for (; excess > 0; excess -= 1) {
    let widest = -1;
    widths.forEach((current, index) => {
      if (current > (least[index] ?? 0) && current > (widths[widest] ?? 0)) widest = index;
    });
    if (widest < 0) return widths;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  return widths;
}

/** Whether rows that differ still look different when the cells after their names are cut to these widths. */
export function areApart({ widthOf, cells }: Table, widths: readonly number[]): boolean {
  const keys = (shown: (text: string, index: number) => string): number =>
    new Set(cells.map((row) => JSON.stringify(row.map(({ text }, index) => shown(text, index))))).size;
  const cut = (text: string, index: number): string =>
    index === 0 ? text : shorten(widthOf, text, widths[index - 1] ?? 0, '…');
  return keys(cut) === keys((text) => text);
}

/** The width of a text in cells of a terminal: wide characters count twice, combining ones not at all. */
export type Measure = (text: string) => number;

/** What measures these texts; a library for that is loaded only if one of them is not plain. */
export async function measure(texts: readonly string[]): Promise<Measure> {
  if (texts.every((text) => PLAIN.test(text))) return (text) => text.length;
  const { default: stringWidth } = await import('string-width');
  return (text) => (PLAIN.test(text) ? text.length : stringWidth(text));
}

/** Cuts a text between words or, if the first word is too long, between graphemes. */
function shorten(widthOf: Measure, text: string, width: number, ellipsis: string): string {
  if (widthOf(text) <= width) return text;
  const room = width - ellipsis.length;
  let start = '';
  for (const { segment } of new Intl.Segmenter('en').segment(text)) {
    if (widthOf(start + segment) > room) break;
    start += segment;
  }
  const end = text[start.length] === ' ' ? start.length : start.lastIndexOf(' ');
  return (end > 0 ? start.slice(0, end) : start).trimEnd() + ellipsis;
}
