import { assign, NO_PAIR } from './assign.ts';
import { distance } from './compare.ts';
import type { Endpoint } from './endpoint.ts';

/** An endpoint seen before: in the newest answer, missing from that one alone, or believed gone. */
export interface KnownEndpoint {
  readonly endpoint: Endpoint;
  readonly presence: 'listed' | 'missing' | 'removed';
}

export interface Pair<T extends KnownEndpoint> {
  readonly known: T;
  readonly endpoint: Endpoint;
  /** Endpoints with the same label changed, and another pairing of them is as likely. */
  readonly isAmbiguous: boolean;
}

/** The cost of a changed field: more than that of any movement of numbers. */
const A_FIELD = 1000;
const LONGEST_MOVE = 400;
const ABSENCE = 450;
const MOST_FIELDS = 100;
/** Between pairings of the same cost: 10 → 12 and 11 → 13 is preferred to 10 → 13 and 11 → 12, and so is the order. */
const CROSSING = 1e-4;
const DISORDER = 1e-8;
const SAME_COST = 1e-7;

/** Pairs as many as possible, so that the fewest fields changed, and then numbers moved least. */
export function cheapestPairs<T extends KnownEndpoint>(
  rows: readonly T[],
  columns: readonly Endpoint[],
  mayPair: (before: Endpoint, after: Endpoint) => boolean,
): Pair<T>[] {
  if (rows.length === 0 || columns.length === 0) return [];
  const costs = rows.map((row) =>
    columns.map((column) => (mayPair(row.endpoint, column) ? costOf(row, column) : NO_PAIR)),
  );
  const best = assign(costs.map((line, i) => line.map((cost, j) => prefer(cost, i, j))));
  return best.columns.flatMap((column, i) => {
    const [known, endpoint] = [rows[i], columns[column]];
    if (known === undefined || endpoint === undefined) return [];
    return [{ known, endpoint, isAmbiguous: hasRival(costs, best.columns, i, rows, columns) }];
  });
}

function costOf({ endpoint, presence }: KnownEndpoint, after: Endpoint): number {
  const { fields, drift } = distance(endpoint, after);
  const absence = presence === 'missing' ? ABSENCE : 0;
  return Math.min(fields, MOST_FIELDS) * A_FIELD + Math.min(drift, LONGEST_MOVE) + absence;
}

function prefer(cost: number, row: number, column: number): number {
  if (cost >= NO_PAIR) return cost;
  const move = cost % A_FIELD;
  return cost + CROSSING * Math.min(move * move, A_FIELD) + DISORDER * Math.abs(row - column);
}

/** Looking for rivals takes an assignment per pair: among more twins than this, all changes count as ambiguous. */
const MOST_TWINS = 24;

/** Whether as many pairs can be made at the same cost without any pair that equals this one. */
function hasRival<T extends KnownEndpoint>(
  costs: readonly (readonly number[])[],
  best: readonly number[],
  row: number,
  rows: readonly T[],
  columns: readonly Endpoint[],
): boolean {
  if (rows.length === 1 && columns.length === 1) return false;
  if (rows.length > MOST_TWINS || columns.length > MOST_TWINS) return true;
  const [from, to] = [rows[row]?.endpoint.identity, columns[best[row] ?? -1]?.identity];
  const rival = assign(
    costs.map((line, i) =>
      line.map((cost, j) => (rows[i]?.endpoint.identity === from && columns[j]?.identity === to ? NO_PAIR : cost)),
    ),
  );
  const [pairs, rivals] = [best, rival.columns].map((all) => all.filter((column) => column >= 0).length);
  const cost = best.reduce((sum, column, i) => sum + (column < 0 ? 0 : (costs[i]?.[column] ?? 0)), 0);
  return pairs === rivals && rival.cost <= cost + SAME_COST;
}
