/** In which of the three forms a result is wanted; neither is the table. */
export interface OutputFormat {
  readonly json?: boolean;
  readonly csv?: boolean;
  /** How many rows of it. */
  readonly limit?: number;
}

/** How many rows the table shows unless told; the other two forms leave nothing out. */
export const TABLE_ROWS = 100;

export const LOG_FORMATS = ['auto', 'text', 'json'] as const;
export type LogFormat = (typeof LOG_FORMATS)[number];
