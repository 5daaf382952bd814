import { compareText, groupBy } from '../collections.ts';
import type { EndpointList } from './answer.ts';
import { assign, NO_PAIR } from './assign.ts';
import { distance } from './compare.ts';
import { type Endpoint, type Label, labelKey } from './endpoint.ts';

/**
 * Which of the endpoints that are known an answer's endpoints are. Upstream gives no id, so that this is the place
 * where identity is decided: as a set, never by place in the answer, and so that as little as possible changed.
 */

/** An endpoint seen before: in the newest answer, missing from that one alone, or believed gone. */
export interface KnownEndpoint {
  readonly endpoint: Endpoint;
  readonly presence: 'listed' | 'missing' | 'removed';
}

export interface Pair<T extends KnownEndpoint> {
  readonly known: T;
  readonly endpoint: Endpoint;
  /** Twins changed in several ways that are equally likely: this is one of them. */
  readonly isAmbiguous: boolean;
}

export interface Matching<T extends KnownEndpoint> {
  readonly pairs: readonly Pair<T>[];
  /** Never seen before. */
  readonly fresh: readonly Endpoint[];
  /** Listed or missing before, and not in the answer. */
  readonly missing: readonly T[];
  /** What stands for them in the answer cannot be believed: they keep their last state. */
  readonly kept: readonly T[];
}

/** @param known those of one model; of equals the first is preferred */
export function matchEndpoints<T extends KnownEndpoint>(
  known: readonly T[],
  { endpoints, broken }: Pick<EndpointList, 'endpoints' | 'broken'>,
): Matching<T> {
  const open = { known: new Set(known), endpoints: new Set(endpoints), pairs: new Map<Endpoint, Pair<T>>() };
  const present = (): T[] => [...open.known].filter(({ presence }) => presence !== 'removed');
  const gone = (): T[] => [...open.known].filter(({ presence }) => presence === 'removed');
  pairEqual(open, present());
  pairNearest(open, present());
  const kept = keep(
    open,
    present(),
    broken.map(({ label }) => label),
  );
  pairRelabelled(open, present());
  pairEqual(open, gone());
  pairNearest(open, gone());
  return {
    pairs: endpoints.flatMap((endpoint) => open.pairs.get(endpoint) ?? []),
    fresh: endpoints.filter((endpoint) => open.endpoints.has(endpoint)),
    missing: present(),
    kept,
  };
}

/** What has no partner yet, and the pairs so far. */
interface Open<T extends KnownEndpoint> {
  readonly known: Set<T>;
  readonly endpoints: Set<Endpoint>;
  readonly pairs: Map<Endpoint, Pair<T>>;
}

function join<T extends KnownEndpoint>(open: Open<T>, known: T, endpoint: Endpoint, isAmbiguous = false): void {
  open.known.delete(known);
  open.endpoints.delete(endpoint);
  open.pairs.set(endpoint, { known, endpoint, isAmbiguous });
}

/** Nothing changed: the first stage, so that no change is ever seen where none need be. */
function pairEqual<T extends KnownEndpoint>(open: Open<T>, candidates: readonly T[]): void {
  const byIdentity = groupBy(candidates, ({ endpoint }) => endpoint.identity);
  for (const endpoint of [...open.endpoints]) {
    const known = byIdentity.get(endpoint.identity)?.shift();
    if (known !== undefined) join(open, known, endpoint);
  }
}

/** The same label: whatever else changed, twins so that the fewest fields did, then so that numbers moved least. */
function pairNearest<T extends KnownEndpoint>(open: Open<T>, candidates: readonly T[]): void {
  const byLabel = groupBy([...open.endpoints], ({ label }) => labelKey(label));
  for (const [key, rows] of groupBy(candidates, ({ endpoint }) => labelKey(endpoint.label))) {
    pairCheapest(open, rows, byLabel.get(key) ?? [], () => true);
  }
}

/** Another label, but not another endpoint: see {@link isRelabelled}. */
function pairRelabelled<T extends KnownEndpoint>(open: Open<T>, candidates: readonly T[]): void {
  pairCheapest(open, candidates, [...open.endpoints], isRelabelled);
}

/**
 * Whether an endpoint that is missing and one that appeared in the same answer are one under two labels: only the
 * provider's name is another, or only the precision was named (`alibaba`, unknown → `alibaba/fp8`, fp8), or all but the
 * names is the same, as when a provider is renamed.
 */
function isRelabelled(before: Endpoint, after: Endpoint): boolean {
  const [old, now] = [before.label, after.label];
  const samePrecision = old.quantization === now.quantization;
  if (old.tag === now.tag && samePrecision) return true;
  if (old.provider === now.provider && !samePrecision && root(old.tag) === root(now.tag)) return true;
  return samePrecision && onlyNamesDiffer(before, after);
}

function root(tag: string): string {
  return tag.split('/')[0] ?? '';
}

const NAMES: ReadonlySet<string> = new Set(['name', 'provider_name', 'tag']);

function onlyNamesDiffer({ offer: old }: Endpoint, { offer: now }: Endpoint): boolean {
  const rest = ({ prices, leaves }: Endpoint['offer']): string =>
    JSON.stringify([
      [...prices].sort(([a], [b]) => compareText(a, b)),
      [...leaves].filter(([path]) => !NAMES.has(path)).sort(([a], [b]) => compareText(a, b)),
    ]);
  return old.prices.size > 0 && rest(old) === rest(now);
}

/** A broken entry is the presence of one with its label, and one without any label could be anybody's. */
function keep<T extends KnownEndpoint>(
  open: Open<T>,
  candidates: readonly T[],
  broken: readonly (Label | null)[],
): T[] {
  const kept = new Set<T>(broken.includes(null) ? candidates : []);
  for (const label of broken) {
    if (label === null) continue;
    const key = labelKey(label);
    const known = candidates.find((row) => !kept.has(row) && labelKey(row.endpoint.label) === key);
    if (known !== undefined) kept.add(known);
  }
  for (const known of kept) open.known.delete(known);
  return [...kept];
}

/** More than any distance that numbers can move. */
const A_FIELD = 1000;
const LONGEST_MOVE = 400;
const ABSENCE = 450;
const MOST_FIELDS = 100;
/** Of assignments that cost the same: rather 10 → 12 and 11 → 13 than 10 → 13 and 11 → 12, rather in order. */
const CROSSING = 1e-4;
const DISORDER = 1e-8;
const SAME_COST = 1e-7;

function pairCheapest<T extends KnownEndpoint>(
  open: Open<T>,
  rows: readonly T[],
  columns: readonly Endpoint[],
  mayPair: (before: Endpoint, after: Endpoint) => boolean,
): void {
  if (rows.length === 0 || columns.length === 0) return;
  const costs = rows.map((row) =>
    columns.map((column) => (mayPair(row.endpoint, column) ? costOf(row, column) : NO_PAIR)),
  );
  const best = assign(costs.map((line, i) => line.map((cost, j) => prefer(cost, i, j))));
  best.columns.forEach((column, i) => {
    const [row, endpoint] = [rows[i], columns[column]];
    if (row === undefined || endpoint === undefined) return;
    join(open, row, endpoint, hasRival(costs, best.columns, i, rows, columns));
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

/** Looking for rivals is a new assignment a pair: of more twins than this, every change is in doubt. */
const MOST_TWINS = 24;

/** Whether as many pairs could be made at the same cost without any pair like this one. */
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
