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

/** Columns of texts, of numbers, of texts that may be cut, and of what a row cannot do without saying. */
export const left = (title: string): Column => ({ title });
export const right = (title: string): Column => ({ title, align: 'right' });
export const flexible = (title: string): Column => ({ title, flexible: true });
export const remark = (title: string): Column => ({ title, isNote: true });
