import type { Change, ChangeType } from './changes.ts';

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
