import type { styleText } from 'node:util';

/** A style of `node:util`'s `styleText`, such as `green` or `dim`. */
export type TextStyle = Parameters<typeof styleText>[0];

/** What stands in a cell; a style shows only where colour is on. Null is the empty cell. */
export type Cell = string | number | bigint | null | { readonly text: string; readonly style: TextStyle };

export interface Column {
  readonly title: string;
  /** `left` unless told; numbers read best on the `right`. */
  readonly align?: 'left' | 'right';
  /** May be cut where the table is too wide for the terminal; a column of numbers should not be. */
  readonly flexible?: boolean;
  /** Has what a row cannot do without saying: never cut. One column a table. */
  readonly isNote?: boolean;
}

/** A column of texts. */
export function left(title: string): Column {
  return { title };
}

/** A column of numbers. */
export function right(title: string): Column {
  return { title, align: 'right' };
}

/** A column of texts that may be cut. */
export function flexible(title: string): Column {
  return { title, flexible: true };
}

/** The column of what a row cannot do without saying. */
export function remark(title: string): Column {
  return { title, isNote: true };
}
