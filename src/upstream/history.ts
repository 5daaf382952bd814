/** One older answer, not yet read. */
export interface Version {
  readonly observedAt: string;
  /** What its history finds it by: an object's name, a path. */
  readonly object: string;
  /** As `sync_runs.source` keeps it. */
  readonly source: string;
}

/** One older answer. */
export interface VersionBody {
  readonly version: Version;
  readonly bytes: Buffer;
  /** Where it is known already. */
  readonly sha256?: string;
}

/** Older answers from one place. */
export interface History {
  /** Oldest first. */
  readonly versions: readonly Version[];
  /** The bodies of some of them, in their order; ends early when it is stopped. */
  readonly bodies: (versions: readonly Version[]) => AsyncGenerator<VersionBody>;
  readonly close: () => Promise<void>;
}
