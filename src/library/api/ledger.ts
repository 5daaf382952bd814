import type { Bill, Usage } from './bills.ts';
import type { Change, ChangeFilter } from './changes.ts';
import type { ListedModel, ListFilter, Model, ModelPrices } from './models.ts';
import type { SyncOptions, SyncResult } from './sync.ts';
import type { Time } from './time.ts';

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
   * Where `sync` finds `OPENROUTER_API_KEY`, `HTTPS_PROXY`, `NO_PROXY` and the like; `process.env` unless given. No
   * `.env` and no configuration file is read.
   */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
}
