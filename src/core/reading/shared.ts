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
  const findPlace = placesByModel(known);
  list.entries.forEach((entry, i) => {
    const place = entry.model === null ? undefined : findPlace(entry.model);
    if (place === undefined) return;
    const [at = 0, end = 0, from = 0] = [list.starts[i], list.ends[i], known.starts[place]];
    const here = list.volatileRanges[i];
    const there = known.volatileRanges[place];
    if (entry === known.entries[place] || here === undefined || there === undefined) add(at, from, end - at);
    else {
      add(at, from, here.from);
      add(at + here.to, from + there.to, end - at - here.to);
    }
  });
  return shared;
}

/** Where in a list a model stands that was taken from there: mostly right behind the one that was asked for last. */
function placesByModel({ entries }: ModelList): (model: Model) => number | undefined {
  let places: ReadonlyMap<Model | null, number> | undefined;
  let next = 0;
  return (model) => {
    if (entries[next]?.model !== model) {
      places ??= new Map(entries.map((entry, place) => [entry.model, place]));
      const place = places.get(model);
      if (place === undefined) return undefined;
      next = place;
    }
    next += 1;
    return next - 1;
  };
}
