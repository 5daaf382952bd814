import { compareText, groupBy } from '../collections.ts';
import type { EndpointList } from './answer.ts';
import { cheapestPairs, type KnownEndpoint, type Pair } from './cheapestPairs.ts';
import { type Endpoint, type Label, labelKey } from './endpoint.ts';

/**
 * Decides which known endpoint each endpoint of an answer is. Upstream gives no id, so endpoints are matched as a set,
 * whatever their positions in the answer, in such a way that as little as possible has changed.
 */

export interface Matching<T extends KnownEndpoint> {
  readonly pairs: readonly Pair<T>[];
  /** Not seen before. */
  readonly fresh: readonly Endpoint[];
  /** Listed or missing before, and not in the answer. */
  readonly missing: readonly T[];
  /** Their entries in the answer are broken, so they keep their last state. */
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
  joinAll(open, cheapestPairs(present(), [...open.endpoints], isRelabelled));
  pairEqual(open, gone());
  pairNearest(open, gone());
  return {
    pairs: endpoints.flatMap((endpoint) => open.pairs.get(endpoint) ?? []),
    fresh: endpoints.filter((endpoint) => open.endpoints.has(endpoint)),
    missing: present(),
    kept,
  };
}

/** The pairs so far, and what is not paired yet. */
interface Open<T extends KnownEndpoint> {
  readonly known: Set<T>;
  readonly endpoints: Set<Endpoint>;
  readonly pairs: Map<Endpoint, Pair<T>>;
}

function joinAll<T extends KnownEndpoint>(open: Open<T>, pairs: readonly Pair<T>[]): void {
  for (const pair of pairs) {
    open.known.delete(pair.known);
    open.endpoints.delete(pair.endpoint);
    open.pairs.set(pair.endpoint, pair);
  }
}

/** Pairs those that are equal. This comes first, so that no change is seen where there may be none. */
function pairEqual<T extends KnownEndpoint>(open: Open<T>, candidates: readonly T[]): void {
  const byIdentity = groupBy(candidates, ({ endpoint }) => endpoint.identity);
  for (const endpoint of [...open.endpoints]) {
    const known = byIdentity.get(endpoint.identity)?.shift();
    if (known !== undefined) joinAll(open, [{ known, endpoint, isAmbiguous: false }]);
  }
}

/** Pairs those with the same label; of several, those that differ least. */
function pairNearest<T extends KnownEndpoint>(open: Open<T>, candidates: readonly T[]): void {
  const byLabel = groupBy([...open.endpoints], ({ label }) => labelKey(label));
  for (const [key, rows] of groupBy(candidates, ({ endpoint }) => labelKey(endpoint.label))) {
    joinAll(
      open,
      cheapestPairs(rows, byLabel.get(key) ?? [], () => true),
    );
  }
}

/**
 * Whether an endpoint that is missing goes on under another label in the same answer: only the provider's name changed;
 * or the same provider names another precision (`alibaba`, unknown → `alibaba/fp8`, fp8); or all but the names is the
 * same, as when a provider is renamed.
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

function onlyNamesDiffer({ asModel: old }: Endpoint, { asModel: now }: Endpoint): boolean {
  const rest = ({ prices, leaves }: Endpoint['asModel']): string =>
    JSON.stringify([
      [...prices].sort(([a], [b]) => compareText(a, b)),
      [...leaves].filter(([path]) => !NAMES.has(path)).sort(([a], [b]) => compareText(a, b)),
    ]);
  return old.prices.size > 0 && rest(old) === rest(now);
}

/** Takes out those whose entry may be a broken one: by its label, or all of them where a broken entry has no label. */
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
