import type { styleText } from 'node:util';

/** A style of `node:util`'s `styleText`, such as `green` or `dim`. */
export type TextStyle = Parameters<typeof styleText>[0];

/** The content of a cell; null is an empty one. A style shows only where colours are on. */
export type Cell = string | number | bigint | null | { readonly text: string; readonly style: TextStyle };

export interface Column {
  readonly title: string;
  /** The default is `left`; numbers read best on the `right`. */
  readonly align?: 'left' | 'right';
  /** Whether texts may be cut when the table is too wide for the terminal. Numbers should not be. */
  readonly flexible?: boolean;
  /** A note that a row must not lose: it is never cut. At most one column of a table. */
  readonly isNote?: boolean;
}

/** Columns of texts, of numbers, of texts that may be cut, and of notes. */
export const left = (title: string): Column => ({ title });
export const right = (title: string): Column => ({ title, align: 'right' });
export const flexible = (title: string): Column => ({ title, flexible: true });
export const remark = (title: string): Column => ({ title, isNote: true });
