import type { Entry } from './model.ts';

/** A body, cut into the elements of its list. */
export interface ModelList {
  readonly bytes: Buffer;
  readonly elements: readonly Element[];
  /** The good entries by id: of equal entries the first; a different later one is in `quarantined`. */
  readonly models: ReadonlyMap<string, Entry>;
  readonly quarantined: readonly Quarantined[];
}

/** `bytes[start, end)` of a body. */
export interface Element {
  readonly start: number;
  readonly end: number;
  readonly entry: Entry;
  /** Where the value of its volatile key is, counted from the element's start. */
  readonly volatileRange: Range | undefined;
  /** Index of the element it was taken from, in the list that the body was read against. */
  readonly takenFrom: number | undefined;
}

/** `[from, to)`. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

export interface Quarantined {
  /** Index in the list, from 0. */
  readonly position: number;
  readonly entry: Entry;
}
