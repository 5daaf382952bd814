/** One older answer, not yet read. */
export interface Version {
  readonly observedAt: string;
  /** What its history finds it by: an object's name, a path. */
  readonly object: string;
  /** As `sync_runs.source` keeps it. */
  readonly source: string;
}

/** Older answers from one place. */
export interface History {
  /** Oldest first. */
  readonly versions: readonly Version[];
  /** The bytes of some of them, in their order. */
  readonly bodies: (versions: readonly Version[]) => AsyncGenerator<Buffer>;
  readonly close: () => Promise<void>;
}
