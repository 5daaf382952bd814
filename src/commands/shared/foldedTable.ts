import { wrap } from '../../core/format/wrap.ts';
import { areApart, fitWidths, layOut, type Table, totalOf } from './tableLayout.ts';

const INDENT = '  ';

/** So many cells may stand on the line of the name. */
const MOST_HEAD = 3;

/**
 * A table that its terminal is too narrow for: names on lines of their own, what belongs to them below. A text a row;
 * undefined where not even that fits.
 */
export function foldTable(table: Table): readonly string[] | undefined {
  for (let head = 1; head <= Math.min(MOST_HEAD, table.columns.length - 2); head += 1) {
    const lines = foldBehind(table, head);
    if (lines !== undefined) return lines;
  }
  return undefined;
}

/** With the first cells on a line, and the others in columns below; undefined where that does not fit. */
function foldBehind(table: Table, head: number): string[] | undefined {
  const { columns, cells, style, widthOf } = table;
  const width = style.width - INDENT.length;
  const rest = { ...table, columns: columns.slice(head), cells: cells.map((row) => row.slice(head)) };
  const widths = fitWidths(rest, width, false);
  if (
    totalOf(widths) > width ||
    !areApart(table, [...Array.from({ length: head - 1 }, () => Number.POSITIVE_INFINITY), ...widths])
  )
    return undefined;
  const heads = cells.map((row) => row.slice(0, head).filter(({ text }) => text !== ''));
  const headWidth = (row: Table['cells'][number]): number => totalOf(row.map(({ text }) => widthOf(text)));
  // A name may be as long as it is; more than a name has to fit.
  if (head > 1 && heads.some((row) => headWidth(row) > style.width)) return undefined;
  return heads.map((row, index) => {
    const below = layOut(rest, widths, rest.cells[index] ?? [], false);
    return (
      row.map((cell) => style.paint(cell.text, cell.style)).join(INDENT) + (below === '' ? '' : `\n${INDENT}${below}`)
    );
  });
}

/** A line a cell, behind its title; empty cells are left out. */
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
      // An address is not broken, so it gets what room there is.
      const indent = ' '.repeat(Math.max(0, Math.min(2 * INDENT.length, style.width - longest)));
      const room = Math.max(1, style.width - indent.length);
      const below = wrap(cell.text, room, Number.POSITIVE_INFINITY, style.ascii);
      const lines = below.map((text) => indent + style.paint(text, cell.style));
      return title === '' ? lines : [INDENT + title, ...lines];
    }),
  ]);
}
