import { stripVTControlCharacters } from 'node:util';
import { wrapLines } from '../../core/format/lines.ts';
import type { Cell, Column } from './columns.ts';
import type { Style } from './style.ts';
import { areApart, fitWidths, GAP, layOut, measure, readCell, type Table, type Text, totalOf } from './tableLayout.ts';

/** On a terminal narrower than this, the table is printed as it is. */
const LEAST_FOLDED = 40;

/**
 * A table without borders: a line of titles, then a line for each row. Every text is escaped first.
 *
 * If the table is wider than the terminal, texts in flexible columns are cut between words and marked with an ellipsis,
 * beginning with the widest column. The first column has the names; a name that is too long gets its own line. A note is
 * put beside its row if there is room, or else below it. If that is not enough, or if it makes two rows look the same, the
 * table is folded: every name gets its own line, with the other cells below it, side by side if they fit, or else one on
 * each line. Numbers, words and notes are never cut.
 */
export async function renderTable(
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  style: Style,
): Promise<string> {
  const titles = columns.map(({ title }) => readCell({ text: title, style: 'bold' }));
  const cells = [titles, ...rows.map((row) => columns.map((_, index) => readCell(row[index] ?? null)))];
  const widthOf = await measure(cells.flatMap((row) => row.map(({ text }) => text)));
  const table = { widthOf, columns, cells, style };
  const lines = linesOf(table);
  if (lines !== undefined) return lines.join('\n');
  // Loaded only for a narrow terminal, because it needs a library that wraps words.
  const { foldTable, listRows } = await import('./foldedTable.ts');
  const place = columns.findIndex(({ isNote }) => isNote);
  const folded = place < 0 ? foldTable(table) : withNotes(table, place, foldTable);
  return (folded ?? listRows(table)).join('\n');
}

/** A text for each row, the titles first; undefined if the columns do not fit side by side. */
function linesOf(table: Table): readonly string[] | undefined {
  const widths = fitWidths(table, table.style.width);
  return isGood(table, widths) ? table.cells.map((row) => layOut(table, widths, row)) : undefined;
}

/** The rows without the column of notes, and each note after its row or below it; undefined if that does not fit either. */
function withNotes(table: Table, place: number, fold: typeof linesOf): readonly string[] | undefined {
  const { widthOf, style, columns, cells } = table;
  const without = <T>(row: readonly T[]): T[] => row.toSpliced(place, 1);
  const rest = { ...table, columns: without(columns), cells: cells.map(without) };
  const lines = linesOf(rest) ?? fold(rest);
  if (lines === undefined) return undefined;
  const ends = lines.map((line) => widthOf(stripVTControlCharacters(line.slice(line.lastIndexOf('\n') + 1))));
  const column = Math.max(...ends) + GAP.length;
  return lines.map((line, index) => {
    const note: Text = cells[index]?.[place] ?? { text: '' };
    if (note.text === '') return line;
    if (column + widthOf(note.text) <= style.width)
      return line + ' '.repeat(column - (ends[index] ?? 0)) + style.paint(note.text, note.style);
    const below = index === 0 ? [] : wrapLines(GAP + note.text, style.width).split('\n');
    return [line, ...below.map((text) => style.paint(text, note.style))].join('\n');
  });
}

/** At most one name in so many may get its own line. With more of them, a table is easier to read if all names do. */
const MOST_LONG = 4;

/** Whether a table with these widths fits, has few names on lines of their own, and no two rows that look the same. */
function isGood(table: Table, widths: readonly number[]): boolean {
  const { widthOf, cells } = table;
  const { width } = table.style;
  if (width < LEAST_FOLDED) return true;
  if (totalOf(widths) > width) return false;
  const long = cells.filter(([name]) => widthOf(name?.text ?? '') > (widths[0] ?? 0));
  if (long.length * MOST_LONG > cells.length) return false;
  return areApart(table, widths.slice(1));
}
