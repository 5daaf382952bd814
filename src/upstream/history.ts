import { byInstant } from '../core/collections.ts';

/** One older answer, not yet read. */
export interface Version {
  /** Empty where it is only in the answer itself; then {@link undated} tells why. */
  readonly observedAt: string;
  readonly undated?: string;
  /** The name of an object, or a path. */
  readonly object: string;
  /** For people: a path, perhaps with the instant of a commit. */
  readonly name: string;
  /** As `sync_runs.source` keeps it. */
  readonly source: string;
}

/** One older answer. */
export interface VersionBody {
  readonly version: Version;
  readonly bytes: Buffer;
  /** If it is known already. */
  readonly sha256?: string;
}

/** A version that cannot be read, and why. */
export interface UnreadableVersion {
  readonly version: Version;
  readonly unreadable: string;
}

/** Something that is not imported, and why. */
export interface LeftOut {
  /** A path, a version. */
  readonly name: string;
  readonly reason: string;
}

export type OnLeftOut = (leftOut: LeftOut) => void;

/** Older answers from one place. */
export interface History {
  /** Oldest first. */
  readonly versions: readonly Version[];
  /** The bodies of some versions, in order; ends early when it is stopped. */
  readonly bodies: (versions: readonly Version[]) => AsyncGenerator<VersionBody | UnreadableVersion>;
  readonly close: () => Promise<void>;
}

/** Oldest first; those of one instant as they come. */
export function sortByInstant<T extends { readonly observedAt: string }>(versions: readonly T[]): T[] {
  return versions.toSorted(byInstant);
}

/** What an import needs of the world around it. */
export interface ImportDependencies {
  readonly now: () => Date;
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number) => void;
  /** Told of each version that is not taken. */
  readonly onLeftOut: OnLeftOut;
}
