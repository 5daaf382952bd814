import { byInstant } from '../core/collections.ts';
/** One older answer, not yet read. */
export interface Version {
  /** Empty where nothing outside of it tells: then {@link undated} says why. */
  readonly observedAt: string;
  readonly undated?: string;
  /** What its history finds it by: an object's name, a path. */
  readonly object: string;
  /** As a person finds it: a path, a file and the instant of its commit. */
  readonly name: string;
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

/** Why one cannot be had; the others can. */
export interface UnreadableVersion {
  readonly version: Version;
  readonly unreadable: string;
}

/** What was given and not taken. */
export interface LeftOut {
  /** A path, a version. */
  readonly name: string;
  readonly reason: string;
}

/** Told of each thing that is not taken, as it is passed over. */
export type OnLeftOut = (leftOut: LeftOut) => void;

/** Older answers from one place. */
export interface History {
  /** Oldest first. */
  readonly versions: readonly Version[];
  /** The bodies of some of them, in their order; ends early when it is stopped. */
  readonly bodies: (versions: readonly Version[]) => AsyncGenerator<VersionBody | UnreadableVersion>;
  readonly close: () => Promise<void>;
}

/** Oldest first; those of one instant as they come. */
export function sortByInstant<T extends { readonly observedAt: string }>(versions: readonly T[]): T[] {
  return versions.toSorted(byInstant);
}
