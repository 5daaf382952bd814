/**
 * A time: a `Date`, or a text as `--at` and `--since` read it (`2026-07-03`, `2026-07-03T18:00Z`, `7d` for seven days
 * ago), in UTC where it names no zone. A day, a month or a year is its first instant, but as `until` its last.
 */
export type Time = Date | string;

/** What an opened ledger answers. Instants in answers are text in UTC, `2026-06-07T18:23:50.000Z`. */
export interface ModelLedger {
  /** The data file. */
  readonly file: string;
  /**
   * The prices of a model at an instant, or now; null where it was not listed then.
   * @throws UsageError `unknown_model` for an id that was never listed, `no_list` for a ledger without a list
   */
  priceAt(model: string, at?: Time): Promise<ModelPrices | null>;
  /**
   * Everything about a model at an instant, or now. Where it was gone, prices and limits are those it had last.
   * @throws UsageError as `priceAt` does
   */
  modelAt(model: string, at?: Time): Promise<Model>;
  /** Every model that was listed at an instant, or is now, by id; none where nothing was known yet. */
  listAt(at?: Time, filter?: ListFilter): Promise<ListedModel[]>;
  /** What changed, the newest first, read as it is asked for: a loop may stop at any time. */
  changes(filter?: ChangeFilter): AsyncIterable<Change>;
  /**
   * What a request costs at the prices of an instant, or now, exactly: tiers, days and hours applied.
   * @throws UsageError as `priceAt` does, `not_listed` where the model was not listed then, `no_usage` or
   *   `invalid_quantity` for a usage that is empty, is no count or has a name that nobody knows
   */
  bill(model: string, usage: Usage, at?: Time): Promise<Bill>;
  /**
   * One run: fetches the list, compares, records what changed. Makes the file where there is none. An answer that is no
   * list (`rejected`) or of which too much is gone (`held`) is a result, not an error.
   * @throws UpstreamError, DataFileError, LockedError (another run is writing) or UsageError
   */
  sync(options?: SyncOptions): Promise<SyncResult>;
  /** Lets go of the file. Another question opens it again. */
  close(): void;
}

export interface OpenOptions {
  /** What time it is; the clock of this machine unless given. */
  readonly now?: (() => Date) | undefined;
  /**
   * Where `sync` finds `OPENROUTER_API_KEY`, `HTTPS_PROXY`, `NO_PROXY` and the like; `process.env` unless given. No `.env` and no
   * configuration file is read.
   */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
}

/** A price in force. */
export interface Price {
  /** Upstream's key: `prompt`, `completion`, `input_cache_read`, … */
  readonly component: string;
  /** `''`: the base price. Else when it holds instead: `min_prompt_tokens=128000`, `utc_end=400,utc_start=100`. */
  readonly condition: string;
  /** Exact decimal USD per unit, as text; null where upstream decides per request. */
  readonly price: string | null;
  readonly dynamic: boolean;
  /** What the price is for; null where upstream has not said. */
  readonly unit: 'token' | 'image token' | 'image' | 'request' | 'search' | null;
}

/** A price and the half-open interval in which it held. */
export interface PricePeriod extends Price {
  readonly validFrom: string;
  /** Null: still in force. */
  readonly validTo: string | null;
}

/** The base prices that most ask for: exact decimal USD per token, `dynamic`, or null where none is listed. */
export interface BasePrices {
  readonly prompt: string | null;
  readonly completion: string | null;
}

export interface ModelPrices extends BasePrices {
  readonly model: string;
  /** The instant that was asked for; null: now. */
  readonly at: string | null;
  readonly prices: readonly PricePeriod[];
}

/** A model of a list. */
export interface ListedModel extends BasePrices {
  readonly model: string;
  readonly name: string | null;
  readonly author: string;
  /** Tokens; null where upstream names none. */
  readonly contextLength: number | null;
  readonly maxCompletionTokens: number | null;
  /** `tools`, `reasoning`, … */
  readonly parameters: readonly string[];
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** Whether nothing that it lists costs anything. */
  readonly free: boolean;
  readonly prices: readonly Price[];
}

export interface ListFilter {
  /** Ids, or globs over ids, of which one has to fit: `openai/*`. */
  readonly model?: string | readonly string[] | undefined;
  readonly author?: string | undefined;
}

export interface Limits {
  readonly contextLength: number | null;
  readonly topProviderContextLength: number | null;
  readonly maxCompletionTokens: number | null;
  readonly isModerated: boolean | null;
  readonly requestPromptTokens: number | null;
  readonly requestCompletionTokens: number | null;
}

/** Everything about one model at an instant. */
export interface Model {
  readonly model: string;
  /** The instant that was asked for; null: now. */
  readonly at: string | null;
  readonly listed: boolean;
  readonly firstSeenAt: string | null;
  /** When it was last observed as listed, and when its absence was; null while listed. */
  readonly lastSeenAt: string | null;
  readonly removedAt: string | null;
  /** Its times away, `[from, to)`; null: still. */
  readonly absences: readonly { readonly from: string; readonly to: string | null }[];
  readonly author: string;
  readonly createdAt: string | null;
  /** The target of an alias such as `~openai/gpt-latest`. */
  readonly aliasOf: string | null;
  readonly name: string | null;
  readonly description: string | null;
  readonly canonicalSlug: string | null;
  readonly huggingFaceId: string | null;
  readonly tokenizer: string | null;
  readonly instructType: string | null;
  readonly knowledgeCutoff: string | null;
  readonly expirationDate: string | null;
  /** Arrays of words, or whatever else upstream wrote there. */
  readonly inputs: unknown;
  readonly outputs: unknown;
  readonly parameters: unknown;
  readonly limits: Limits | null;
  /** Who serves it, and between which prices of a prompt token, exact USD; null where no endpoints are recorded. */
  readonly served: {
    readonly providers: number;
    readonly endpoints: number;
    readonly lowest: string | null;
    readonly highest: string | null;
  } | null;
  readonly prices: readonly PricePeriod[];
  /** Every price it had until then, oldest first. */
  readonly history: readonly PricePeriod[];
}

export type ChangeType = 'added' | 'removed' | 'restored' | 'repriced' | 'limits_changed' | 'updated';

export interface ChangeFilter {
  readonly since?: Time | undefined;
  /** A `Date` is the first instant that is not asked for; a day, a month or a year counts whole. */
  readonly until?: Time | undefined;
  /** Ids, or globs over ids, of which one has to fit. */
  readonly model?: string | readonly string[] | undefined;
  readonly author?: string | undefined;
  readonly types?: readonly ChangeType[] | undefined;
  /** A glob over fields, `pricing.` left off at will: `prompt`, `context_length`. */
  readonly field?: string | undefined;
  /** The least change of a price in percent, up or down. */
  readonly minPercent?: number | undefined;
  /** With differences that are no news: zeros that come and go, the hour of the day, the format. */
  readonly noise?: boolean | undefined;
  /** With the first run, which records every model as added. */
  readonly firstRun?: boolean | undefined;
  /** At most so many. */
  readonly limit?: number | undefined;
}

/** One fact that changed, somewhere in `(previousObservedAt, observedAt]`. */
export interface Change {
  readonly run: number;
  readonly observedAt: string;
  readonly previousObservedAt: string | null;
  readonly model: string;
  readonly type: ChangeType;
  /** A price (`pricing.prompt`) or a leaf of the model's document; null where the model came or went. */
  readonly field: string | null;
  readonly before: string | null;
  readonly after: string | null;
  readonly cause: 'zero' | 'clock' | 'alias' | 'drift' | null;
  /** Of prices; null where either side is missing, zero or dynamic. */
  readonly changePct: number | null;
  /** Of a model that came or went: its offer, and since when it had been listed (or gone). Else null. */
  readonly prompt: string | null;
  readonly completion: string | null;
  readonly contextLength: number | null;
  readonly since: string | null;
  /** Of a repricing: whether the provider that is shown changed its price; null where no endpoints were recorded. */
  readonly verdict: 'repriced' | 'other provider' | 'unknown' | null;
}

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

export interface SyncOptions {
  /** A URL or a file; OpenRouter's full list unless given. */
  readonly source?: string | undefined;
  /** What the list covers, where the source does not tell. */
  readonly scope?: string | undefined;
  /** Believe the answer, whatever is missing from it. */
  readonly accept?: boolean | undefined;
  /** Do everything and write nothing. */
  readonly dryRun?: boolean | undefined;
  /** A missing or empty data file is an error. */
  readonly mustExist?: boolean | undefined;
  /** How long to wait for another run to end, in milliseconds; not at all unless given. */
  readonly waitMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What a run came to; `sync --json` prints the same. */
export interface SyncResult {
  /** Its id in `sync_runs`; null for a dry run. */
  readonly run: number | null;
  readonly dryRun: boolean;
  readonly observedAt: string;
  readonly previousObservedAt: string | null;
  readonly status: 'changed' | 'unchanged' | 'held' | 'rejected';
  /** Good entries in the list; absent where it was rejected. */
  readonly models?: number;
  /** Absent where the answer was the same to the byte, or was rejected. */
  readonly counts?: Readonly<
    Record<'added' | 'removed' | 'restored' | 'repriced' | 'limitsChanged' | 'updated', number>
  >;
  /** Entries set aside, and why. */
  readonly quarantined?: readonly {
    readonly position: number;
    readonly model: string | null;
    readonly issues: readonly { readonly path: string; readonly reason: string }[];
  }[];
  /** Keys that moved on so many models that the format has. */
  readonly drift?: readonly {
    readonly keyPath: string;
    readonly shift: 'appeared' | 'vanished' | 'retyped';
    readonly models: number;
    readonly compared: number;
  }[];
  /** Of a held list: the listed models that it lacks. */
  readonly gone?: readonly string[];
  /** Absent where the answer was rejected. */
  readonly changes?: readonly SyncChange[];
  /** Why the answer was rejected. */
  readonly error?: { readonly code: string; readonly message: string };
}

export interface SyncChange {
  readonly model: string;
  readonly type: ChangeType;
  /** What follows is absent where the model came or went. */
  readonly field?: string;
  readonly before?: string | null;
  readonly after?: string | null;
  readonly cause?: Change['cause'];
  readonly changePct?: number | null;
}
