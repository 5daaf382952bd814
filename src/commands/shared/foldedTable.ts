import { wrap } from '../../core/format/wrap.ts';
import { fit, layOut, naturalWidths, paint, type Table, totalOf } from './tableLayout.ts';

const INDENT = '  ';

/** A table that its terminal is too narrow for: names on lines of their own, what belongs to them below. */
export function foldTable(table: Table): string {
  const { columns, cells, options } = table;
  const width = (options.width ?? Number.POSITIVE_INFINITY) - INDENT.length;
  const rest = {
    ...table,
    columns: columns.slice(1),
    cells: cells.map((row) => row.slice(1)),
    options: { ...options, width },
  };
  const widths = fit(rest.columns, naturalWidths(table.widthOf, rest.columns, rest.cells), width);
  if (totalOf(widths) > width) return listRows(table, width);
  const lines = cells.flatMap(([name], index) => {
    const below = layOut(rest, widths, rest.cells[index] ?? []);
    return [name === undefined ? '' : paint(name, options), ...(below === '' ? [] : [INDENT + below])];
  });
  return lines.join('\n');
}

/** A line a cell, behind its title; empty cells are left out. */
function listRows({ columns, cells, options, widthOf }: Table, width: number): string {
  const lines = cells.slice(1).flatMap(([name, ...others]) => [
    name === undefined ? '' : paint(name, options),
    ...others.flatMap((cell, index) => {
      const title = columns[index + 1]?.title ?? '';
      if (cell.text === '') return [];
      const head = title === '' ? '' : `${title}  `;
      if (widthOf(head + cell.text) <= width) return [`${INDENT}${head}${paint(cell, options)}`];
      const longest = Math.max(...cell.text.split(' ').map(widthOf));
      // An address is not broken, so it gets what room there is.
      const indent = ' '.repeat(Math.max(0, Math.min(2 * INDENT.length, width + INDENT.length - longest)));
      const room = Math.max(1, width + INDENT.length - indent.length);
      const below = wrap(cell.text, room, Number.POSITIVE_INFINITY, options.ascii ?? false);
      const lines = below.map((text) => indent + paint({ ...cell, text }, options));
      return title === '' ? lines : [INDENT + title, ...lines];
    }),
  ]);
  return lines.join('\n');
}
