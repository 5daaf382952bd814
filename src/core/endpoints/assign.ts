/** Pairs of rows and columns, each in one pair at most: as many as possible, at the least total cost. */
export interface Assignment {
  /** By row: its column, or -1. */
  readonly columns: readonly number[];
  readonly cost: number;
}

/** The cost of what must not be paired: far above any sum of real costs. */
export const NO_PAIR = 1e8;

/**
 * The Hungarian method (Kuhn and Munkres), by augmenting paths with potentials: n rows, m columns, O(n²·m).
 * @param costs by row and column, finite, {@link NO_PAIR} where two must not be paired
 */
export function assign(costs: readonly (readonly number[])[]): Assignment {
  const width = costs[0]?.length ?? 0;
  if (costs.length > width) {
    const flipped = Array.from({ length: width }, (_, column) => costs.map((_row, row) => costOf(costs, row, column)));
    const { columns: rows, cost } = assign(flipped);
    return { columns: costs.map((_, row) => rows.indexOf(row)), cost };
  }
  const rowOf = new Int32Array(width + 1);
  const rowPotential = new Float64Array(costs.length + 1);
  const columnPotential = new Float64Array(width + 1);
  for (let row = 1; row <= costs.length; row += 1) {
    augment(row, costs, { rowOf, rowPotential, columnPotential });
  }
  const columns = costs.map(() => -1);
  rowOf.forEach((row, column) => {
    if (column > 0 && row > 0 && costOf(costs, row - 1, column - 1) < NO_PAIR) columns[row - 1] = column - 1;
  });
  const cost = columns.reduce((sum, column, row) => sum + (column < 0 ? 0 : costOf(costs, row, column)), 0);
  return { columns, cost };
}

interface Potentials {
  /** By column from 1: the row it is paired with, 0 for none. Column 0 belongs to the row that is being placed. */
  readonly rowOf: Int32Array;
  readonly rowPotential: Float64Array;
  readonly columnPotential: Float64Array;
}

/** Finds a column for one more row, and moves other rows where that is cheapest. */
function augment(row: number, costs: readonly (readonly number[])[], state: Potentials): void {
  const { rowOf, rowPotential, columnPotential } = state;
  const slack = new Float64Array(rowOf.length).fill(Number.POSITIVE_INFINITY);
  const from = new Int32Array(rowOf.length);
  const seen = new Uint8Array(rowOf.length);
  rowOf[0] = row;
  let at = 0;
  do {
    seen[at] = 1;
    const current = rowOf[at] ?? 0;
    let [nearest, delta] = [0, Number.POSITIVE_INFINITY];
    for (let column = 1; column < rowOf.length; column += 1) {
      if (seen[column]) continue;
      const reduced =
        costOf(costs, current - 1, column - 1) - (rowPotential[current] ?? 0) - (columnPotential[column] ?? 0);
      if (reduced < (slack[column] ?? 0)) {
        slack[column] = reduced;
        from[column] = at;
      }
      if ((slack[column] ?? 0) < delta) [nearest, delta] = [column, slack[column] ?? 0];
    }
    for (let column = 0; column < rowOf.length; column += 1) {
      if (seen[column]) {
        const paired = rowOf[column] ?? 0;
        rowPotential[paired] = (rowPotential[paired] ?? 0) + delta;
        columnPotential[column] = (columnPotential[column] ?? 0) - delta;
      } else slack[column] = (slack[column] ?? 0) - delta;
    }
    at = nearest;
  } while (rowOf[at] !== 0);
  while (at !== 0) {
    const before = from[at] ?? 0;
    rowOf[at] = rowOf[before] ?? 0;
    at = before;
  }
}

function costOf(costs: readonly (readonly number[])[], row: number, column: number): number {
  return costs[row]?.[column] ?? NO_PAIR;
}
