import { escapeControls } from '../../core/format/text.ts';
import {
  type Cell,
  type Column,
  fit,
  layOut,
  measure,
  naturalWidths,
  readCell,
  shorten,
  type Table,
  type TableOptions,
  totalOf,
} from './tableLayout.ts';

export type { Cell, Column, Style, TableOptions } from './tableLayout.ts';

/** A terminal narrower than this gets the table as it is. */
const LEAST_FOLDED = 40;

/**
 * A table without borders: a line of titles, then a line a row, no space at the ends of lines. Every text is made
 * inert first. Where it is wider than `width`, flexible columns are cut, the widest first, and end in an ellipsis.
 * Where that is not enough, or makes two names in the first column alike, it is folded: the first cell on a line of
 * its own and the others below it, in columns if these fit, else one below the other. Numbers are never cut.
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
  const widths = fit(columns, naturalWidths(widthOf, columns, cells), options.width);
  if (isGood(table, widths)) return cells.map((row) => layOut(table, widths, row)).join('\n');
  // Its wrapping of words is loaded for a narrow terminal only.
  const { foldTable } = await import('./foldedTable.ts');
  return foldTable(table);
}

/** Whether a table of these widths fits, and its rows can be told apart by their names. */
function isGood({ widthOf, cells, options }: Table, widths: readonly number[]): boolean {
  const { width } = options;
  if (width === undefined || width < LEAST_FOLDED) return true;
  if (totalOf(widths) > width) return false;
  const names = new Set(cells.map(([name]) => name?.text ?? ''));
  return new Set([...names].map((name) => shorten(widthOf, name, widths[0] ?? 0, '…'))).size === names.size;
}
