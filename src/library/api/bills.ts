/** What a request used, whole numbers, each standing for itself: no quantity is contained in another. */
export interface Usage {
  /** Tokens billed at the prompt price, without those read from or written to a cache. */
  readonly promptTokens?: number | undefined;
  readonly cacheReadTokens?: number | undefined;
  readonly cacheWriteTokens?: number | undefined;
  /** Written to a cache that keeps them for an hour. */
  readonly cacheWrite1hTokens?: number | undefined;
  readonly audioTokens?: number | undefined;
  readonly cachedAudioTokens?: number | undefined;
  readonly imageTokens?: number | undefined;
  /** Input images, by the piece. */
  readonly images?: number | undefined;
  /** Without the reasoning tokens. */
  readonly completionTokens?: number | undefined;
  readonly reasoningTokens?: number | undefined;
  readonly audioOutputTokens?: number | undefined;
  readonly imageOutputTokens?: number | undefined;
  readonly requests?: number | undefined;
  readonly webSearches?: number | undefined;
  /** By upstream's key, for others that it lists: `{ video: 3 }`. */
  readonly components?: Readonly<Record<string, number>> | undefined;
}

export interface BillLine {
  readonly component: string;
  /** The component whose price was taken: its own, or the one that upstream bills it by. */
  readonly pricedAs: string;
  readonly quantity: number;
  readonly unitPrice: string | null;
  /** The condition that gave the price; `''`: the base price. */
  readonly condition: string;
  /** Exact decimal USD, never rounded. */
  readonly amount: string | null;
  /** Why there is no amount. */
  readonly problem: 'no_price' | 'dynamic' | 'per_image_token' | null;
}

export interface Bill {
  readonly model: string;
  /** The instant that was asked for; null: now. */
  readonly at: string | null;
  /** Exact decimal USD; null where any line has a problem. */
  readonly total: string | null;
  /** Of the lines that have an amount. */
  readonly subtotal: string;
  /** The size of the prompt that tiers were judged by. */
  readonly promptTokens: number;
  readonly lines: readonly BillLine[];
  /** The conditions that gave a line its price. */
  readonly conditions: readonly string[];
  /** Conditions that nobody here knows: their entries are left out, as upstream asks of its readers. */
  readonly skipped: readonly string[];
  /** Components that every request pays for, whose quantity was not given. */
  readonly unbilled: readonly string[];
  /** The listed discount, a fraction of 1: prices are net of it. */
  readonly discount: string | null;
}
