import { stripVTControlCharacters } from 'node:util';
import { wrapLines } from '../../core/format/lines.ts';
import type { Cell, Column } from './columns.ts';
import type { Style } from './style.ts';
import { areApart, fitWidths, GAP, layOut, measure, readCell, type Table, type Text, totalOf } from './tableLayout.ts';

/** A terminal narrower than this gets the table as it is. */
const LEAST_FOLDED = 40;

/**
 * A table without borders: a line of titles, then a line a row, no space at the ends of lines. Every text is
 * escaped first. Where it is wider than `width`, flexible columns are cut between words, the widest first, and end in an
 * ellipsis; of the first column, which has the names, those that are too long get a line of their own. A note stands
 * beside its row where there is room for it, else below. Where that is not enough, or makes two rows alike, the table
 * is folded: every name on a line of its own and the other cells below it, in columns if these fit, else one below the
 * other. Numbers, words and notes are never cut.
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
  const lines = linesOf(table) ?? (await withNotes(table)) ?? (await folding()).listRows(table);
  return lines.join('\n');
}

/** Its wrapping of words is loaded for a narrow terminal only. */
const folding = () => import('./foldedTable.ts');

/** A text a row, the titles first; undefined where they do not fit side by side. */
function linesOf(table: Table): readonly string[] | undefined {
  const widths = fitWidths(table, table.style.width);
  return isGood(table, widths) ? table.cells.map((row) => layOut(table, widths, row)) : undefined;
}

/** As {@link linesOf}, without the notes first, and these behind or below; undefined where that does not fit either. */
async function withNotes(table: Table): Promise<readonly string[] | undefined> {
  const { widthOf, style } = table;
  const place = table.columns.findIndex(({ isNote }) => isNote);
  const notes: Text[] = place < 0 ? [] : table.cells.map((row) => row[place] ?? { text: '' });
  const rest = place < 0 ? table : without(table, place);
  const lines = (place < 0 ? undefined : linesOf(rest)) ?? (await folding()).foldTable(rest);
  if (lines === undefined || place < 0) return lines;
  const ends = lines.map((line) => widthOf(stripVTControlCharacters(line.slice(line.lastIndexOf('\n') + 1))));
  const column = Math.max(...ends) + GAP.length;
  return lines.map((line, index) => {
    const note: Text = notes[index] ?? { text: '' };
    if (note.text === '') return line;
    if (column + widthOf(note.text) <= style.width)
      return line + ' '.repeat(column - (ends[index] ?? 0)) + style.paint(note.text, note.style);
    const below = index === 0 ? [] : wrapLines(GAP + note.text, style.width).split('\n');
    return [line, ...below.map((text) => style.paint(text, note.style))].join('\n');
  });
}

function without(table: Table, place: number): Table {
  return {
    ...table,
    columns: table.columns.toSpliced(place, 1),
    cells: table.cells.map((row) => row.toSpliced(place, 1)),
  };
}

/** Of names on lines of their own so many at most, one in so many: more are easier to read where all have one. */
const MOST_LONG = 4;

/** Whether a table of these widths fits, most names beside what belongs to them, and no two rows have become alike. */
function isGood(table: Table, widths: readonly number[]): boolean {
  const { widthOf, cells } = table;
  const { width } = table.style;
  if (width < LEAST_FOLDED) return true;
  if (totalOf(widths) > width) return false;
  const long = cells.filter(([name]) => widthOf(name?.text ?? '') > (widths[0] ?? 0));
  if (long.length * MOST_LONG > cells.length) return false;
  return areApart(table, widths.slice(1));
}
