import { isSame } from './elements.ts';
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
 * What the body of a list has in common with that of the known list, against which it was read: the elements that were
 * taken from there, in the order of the body, with what is the same between neighbours.
 */
export function findShared(list: ModelList, knownList: ModelList): SharedRange[] {
  const shared: SharedRange[] = [];
  let last = { at: 0, from: 0, bytes: Number.NaN };
  const add = (at: number, from: number, bytes: number): void => {
    const between = at - last.at - last.bytes;
    // Neighbours in both bodies, with the same comma between them, become one range.
    if (
      from - last.from - last.bytes === between &&
      isSame(list.bytes, at - between, knownList.bytes, from - between, from)
    ) {
      last.bytes += between + bytes;
    } else {
      last = { at, from, bytes };
      shared.push(last);
    }
  };
  for (const { entry, start, end, takenFrom, volatileRange: here } of list.elements) {
    const known = takenFrom === undefined ? undefined : knownList.elements[takenFrom];
    if (entry.model === null || known === undefined) continue;
    const there = known.volatileRange;
    if (entry === known.entry || here === undefined || there === undefined) add(start, known.start, end - start);
    else {
      add(start, known.start, here.from);
      add(start + here.to, known.start + there.to, end - start - here.to);
    }
  }
  return shared;
}
