import { wrap } from '../../core/format/wrap.ts';
import { areApart, fitWidths, layOut, type Table, totalOf } from './tableLayout.ts';

const INDENT = '  ';

/** How many cells may be on the first line of a row. */
const MOST_HEAD = 3;

/**
 * Folds a table that is too wide for the terminal: each row's name is on its own line, and the other cells are below it.
 * Returns a text for each row, or undefined if that does not fit either.
 */
export function foldTable(table: Table): readonly string[] | undefined {
  for (let head = 1; head <= Math.min(MOST_HEAD, table.columns.length - 2); head += 1) {
    const lines = foldBehind(table, head);
    if (lines !== undefined) return lines;
  }
  return undefined;
}

/** Puts the first `head` cells on one line and the others in columns below; undefined if that does not fit. */
function foldBehind(table: Table, head: number): string[] | undefined {
  const { columns, cells, style, widthOf } = table;
  const width = style.width - INDENT.length;
  const rest = { ...table, columns: columns.slice(head), cells: cells.map((row) => row.slice(head)) };
  const widths = fitWidths(rest, width, false);
  const uncut = Array.from({ length: head - 1 }, () => Number.POSITIVE_INFINITY);
  if (totalOf(widths) > width || !areApart(table, [...uncut, ...widths])) return undefined;
  const heads = cells.map((row) => row.slice(0, head).filter(({ text }) => text !== ''));
  const headWidth = (row: Table['cells'][number]): number => totalOf(row.map(({ text }) => widthOf(text)));
  // A name alone may be too long for the terminal, but a name with other cells must fit.
  if (head > 1 && heads.some((row) => headWidth(row) > style.width)) return undefined;
  return heads.map((row, index) => {
    const first = row.map((cell) => style.paint(cell.text, cell.style)).join(INDENT);
    const below = layOut(rest, widths, rest.cells[index] ?? [], false);
    return below === '' ? first : `${first}\n${INDENT}${below}`;
  });
}

/** Writes each cell on its own line after its title; empty cells are left out. */
export function listRows({ columns, cells, style, widthOf }: Table): readonly string[] {
  const width = style.width - INDENT.length;
  return cells.slice(1).flatMap(([name, ...others]) => [
    name === undefined ? '' : style.paint(name.text, name.style),
    ...others.flatMap((cell, index) => {
      const title = columns[index + 1]?.title ?? '';
      if (cell.text === '') return [];
      const head = title === '' ? '' : `${title}  `;
      if (widthOf(head + cell.text) <= width) return [`${INDENT}${head}${style.paint(cell.text, cell.style)}`];
      const longest = Math.max(...cell.text.split(' ').map(widthOf));
      // A long word such as an address cannot be broken, so it may use the room of the indentation.
      const indent = ' '.repeat(Math.max(0, Math.min(2 * INDENT.length, style.width - longest)));
      const room = Math.max(1, style.width - indent.length);
      const below = wrap(cell.text, room, Number.POSITIVE_INFINITY, style.ascii);
      const lines = below.map((text) => indent + style.paint(text, cell.style));
      return title === '' ? lines : [INDENT + title, ...lines];
    }),
  ]);
}
