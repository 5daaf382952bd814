/** The format of a result: JSON, CSV, or else a table. */
export interface OutputFormat {
  readonly json?: boolean;
  readonly csv?: boolean;
  /** How many rows to print at most. */
  readonly limit?: number;
}

/** How many rows a table shows by default; JSON and CSV have all rows. */
export const TABLE_ROWS = 100;

export const LOG_FORMATS = ['auto', 'text', 'json'] as const;
export type LogFormat = (typeof LOG_FORMATS)[number];
