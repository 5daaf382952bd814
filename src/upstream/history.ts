/** One older answer, not yet read. */
export interface Version {
  readonly observedAt: string;
  /** What its history finds it by: an object's name, a path. */
  readonly object: string;
  /** As `sync_runs.source` keeps it. */
  readonly source: string;
}

/** One older answer. */
export interface Body {
  readonly bytes: Buffer;
  /** Where it is known already. */
  readonly sha256?: string;
}

/** Older answers from one place. */
export interface History {
  /** Oldest first. */
  readonly versions: readonly Version[];
  /** Some of them, in their order. */
  readonly bodies: (versions: readonly Version[]) => AsyncGenerator<Body>;
  readonly close: () => Promise<void>;
}
