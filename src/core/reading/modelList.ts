import type { Entry } from './model.ts';

/** A body, cut into the elements of its list. Element `i` is `bytes[starts[i], ends[i])`. */
export interface ModelList {
  readonly bytes: Buffer;
  readonly starts: readonly number[];
  readonly ends: readonly number[];
  readonly entries: readonly Entry[];
  /** Where in each element the value of its volatile key stands, counted from the element's start. */
  readonly volatileRanges: readonly (VolatileRange | undefined)[];
  /** The good entries by id: of equal entries the first; a different later one is in `quarantined`. */
  readonly models: ReadonlyMap<string, Entry>;
  readonly quarantined: readonly Quarantined[];
}

/** A range of an element. */
export interface VolatileRange {
  readonly from: number;
  readonly to: number;
}

export interface Quarantined {
  /** Index in the list, from 0. */
  readonly position: number;
  readonly entry: Entry;
}
