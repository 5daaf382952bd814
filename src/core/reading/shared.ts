import { isSame } from './knownElement.ts';
import type { Model } from './model.ts';
import type { ModelList } from './modelList.ts';

/** Bytes of a body that also stand in another one. */
export interface SharedRange {
  /** Where in the body. */
  readonly at: number;
  /** Where in the other one. */
  readonly from: number;
  readonly bytes: number;
}

/**
 * What the body of a list has in common with that of the list which it was read against, by the elements that were taken
 * from there: in the order in which it stands in the body, none of it twice.
 */
export function findShared(list: ModelList, known: ModelList): SharedRange[] {
  let places: Map<Model | null, number> | undefined;
  let next = 0;
  const placeOf = (model: Model): number | undefined => {
    // Mostly the one behind the last.
    if (known.entries[next]?.model === model) return next;
    places ??= new Map(known.entries.map((entry, place) => [entry.model, place]));
    return places.get(model);
  };
  const shared: SharedRange[] = [];
  let last = { at: 0, from: 0, bytes: Number.NaN };
  const add = (at: number, from: number, bytes: number): void => {
    const between = at - last.at - last.bytes;
    // Neighbours there and here, with the same comma between them.
    if (
      from - last.from - last.bytes === between &&
      isSame(list.bytes, at - between, known.bytes, from - between, from)
    ) {
      last.bytes += between + bytes;
    } else {
      last = { at, from, bytes };
      shared.push(last);
    }
  };
  list.entries.forEach(({ model }, i) => {
    const place = model === null ? undefined : placeOf(model);
    if (place === undefined) return;
    next = place + 1;
    const at = list.starts[i] ?? 0;
    const end = list.ends[i] ?? 0;
    const from = known.starts[place] ?? 0;
    const hole = list.volatileRanges[i];
    const other = known.volatileRanges[place];
    if (list.entries[i] === known.entries[place] || hole === undefined || other === undefined) {
      add(at, from, end - at);
    } else {
      add(at, from, hole.from);
      add(at + hole.to, from + other.to, end - at - hole.to);
    }
  });
  return shared;
}
