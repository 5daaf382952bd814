import type { Limits } from '../../core/reading/limits.ts';

export type { Limits };

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
