/** Groups items by key; groups and their items keep the order of the items. */
export function groupBy<T, K>(items: Iterable<T>, keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) getOrMake(groups, keyOf(item), () => []).push(item);
  return groups;
}

/** The value of a key; it is made, and kept, when there is none yet. */
export function getOrMake<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}

/** Splits items into runs of neighbours; `follows` tells whether an item belongs to the run of the one before. */
export function runsOf<T>(items: Iterable<T>, follows: (item: T, before: T) => boolean): T[][] {
  const runs: T[][] = [];
  let before: { readonly item: T } | undefined;
  for (const item of items) {
    if (before !== undefined && follows(item, before.item)) runs.at(-1)?.push(item);
    else runs.push([item]);
    before = { item };
  }
  return runs;
}

/** Sorts texts by code units, and thereby instants by time. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

export function byInstant(a: { readonly observedAt: string }, b: { readonly observedAt: string }): number {
  return compareText(a.observedAt, b.observedAt);
}
