import { escapeControls } from '../../core/format/text.ts';
import type { Cell, Column } from './columns.ts';
import {
  areApart,
  fit,
  layOut,
  leastWidths,
  measure,
  naturalWidths,
  readCell,
  type Table,
  type TableOptions,
  totalOf,
} from './tableLayout.ts';

/** A terminal narrower than this gets the table as it is. */
const LEAST_FOLDED = 40;

/**
 * A table without borders: a line of titles, then a line a row, no space at the ends of lines. Every text is made
 * inert first. Where it is wider than `width`, flexible columns are cut between words, the widest first, and end in an
 * ellipsis; of the first column, which has the names, those that are too long get a line of their own. Where that is not
 * enough, or makes two rows alike, it is folded: every name on a line of its own and the other cells below it, in columns
 * if these fit, else one below the other. Numbers and words are never cut.
 */
export async function renderTable(
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  options: TableOptions = {},
): Promise<string> {
  const titles = columns.map(({ title }) => ({ text: escapeControls(title), style: 'bold' as const }));
  const cells = [titles, ...rows.map((row) => columns.map((_, index) => readCell(row[index] ?? null)))];
  const widthOf = await measure(cells.flatMap((row) => row.map(({ text }) => text)));
  const table = { widthOf, columns, cells, options };
  const natural = naturalWidths(widthOf, columns, cells);
  const widths = fit(natural, leastWidths(widthOf, columns, cells, natural), options.width);
  if (isGood(table, widths)) return cells.map((row) => layOut(table, widths, row)).join('\n');
  // Its wrapping of words is loaded for a narrow terminal only.
  const { foldTable } = await import('./foldedTable.ts');
  return foldTable(table);
}

/** Of names on lines of their own so many at most, one in so many: more are easier to read where all have one. */
const MOST_LONG = 4;

/** Whether a table of these widths fits, most names beside what belongs to them, and no two rows have become alike. */
function isGood(table: Table, widths: readonly number[]): boolean {
  const { widthOf, cells, options } = table;
  const { width } = options;
  if (width === undefined || width < LEAST_FOLDED) return true;
  if (totalOf(widths) > width) return false;
  const long = cells.filter(([name]) => widthOf(name?.text ?? '') > (widths[0] ?? 0));
  if (long.length * MOST_LONG > cells.length) return false;
  return areApart(table, widths.slice(1));
}
