import type { Time } from './time.ts';

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
