/** Groups items by key; groups and their items keep the order of the items. */
export function groupBy<T, K>(items: Iterable<T>, keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}

/** Sorts texts by code units, and thereby instants by time. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

export function byInstant(a: { readonly observedAt: string }, b: { readonly observedAt: string }): number {
  return compareText(a.observedAt, b.observedAt);
}
