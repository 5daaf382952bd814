/** What one run may take. */
export interface Limits {
  /** For one attempt, its whole body included, in milliseconds. */
  readonly attemptMs: number;
  /** For everything, pauses included. */
  readonly runMs: number;
  /** Decoded, over all pages. */
  readonly bodyBytes: number;
  /** Further attempts a page. */
  readonly retries: number;
  readonly retryAfterCapMs: number;
  readonly pages: number;
  readonly minDelayMs: number;
  readonly maxDelayMs: number;
}

export const LIMITS: Limits = {
  attemptMs: 60_000,
  runMs: 300_000,
  bodyBytes: 64 * 2 ** 20,
  retries: 4,
  retryAfterCapMs: 60_000,
  pages: 1000,
  minDelayMs: 1000,
  maxDelayMs: 30_000,
};
