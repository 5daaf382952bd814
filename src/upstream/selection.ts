import { isAhead } from '../core/time/instant.ts';
import type { OnLeftOut, UnreadableVersion, Version, VersionBody } from './history.ts';

/** Why a version is left out. */
export type LeftOutKind = 'future' | 'unreadable' | 'sameInstant' | 'narrower' | 'conflicts';

/** Counts what became of the versions of a history, and tells of each that is left out. */
export class ImportTally {
  /** How many versions have been dealt with, taken or not. */
  done = 0;
  /** The instants of the versions that the ledger has already. */
  readonly known: string[] = [];
  readonly #leftOut: Record<LeftOutKind, string[]> = {
    future: [],
    unreadable: [],
    sameInstant: [],
    narrower: [],
    conflicts: [],
  };
  readonly #onLeftOut: OnLeftOut;

  constructor(onLeftOut: OnLeftOut) {
    this.#onLeftOut = onLeftOut;
  }

  leaveOut(kind: LeftOutKind, { name, observedAt }: Version, reason: string): void {
    this.#leftOut[kind].push(observedAt);
    this.#onLeftOut({ name, reason });
  }

  result() {
    const { future, unreadable, sameInstant, narrower, conflicts } = this.#leftOut;
    return {
      known: this.known.length,
      conflicts,
      sameInstant: sameInstant.length,
      narrower: narrower.length,
      future: future.length,
      unreadable: unreadable.length,
    };
  }
}

/** Nothing is observed in the future: a name, a commit's clock or the time of this machine is wrong. */
export function leaveOutFuture(versions: readonly Version[], now: Date, tally: ImportTally): readonly Version[] {
  return versions.filter((version) => {
    const isTaken = !isAhead(version.observedAt, now);
    if (!isTaken) tally.leaveOut('future', version, `its instant, ${version.observedAt}, is in the future`);
    return isTaken;
  });
}

export async function* leaveOutUnreadable(
  bodies: AsyncIterable<VersionBody | UnreadableVersion>,
  tally: ImportTally,
): AsyncGenerator<VersionBody> {
  for await (const body of bodies) {
    if ('bytes' in body) yield body;
    else {
      tally.done += 1;
      tally.leaveOut('unreadable', body.version, body.unreadable);
    }
  }
}

/** Waits for the first body and gives back all of them; undefined when there is none. */
export async function peek(bodies: AsyncGenerator<VersionBody>): Promise<AsyncGenerator<VersionBody> | undefined> {
  const first = await bodies.next();
  if (first.done) return undefined;
  return (async function* () {
    yield first.value;
    yield* bodies;
  })();
}

/**
 * The bodies until a signal or a failure: whatever came before either is worth recording.
 * @param onFailure takes what ended the bodies early
 */
export async function* untilStopped(
  bodies: AsyncIterable<VersionBody>,
  signal: AbortSignal,
  onFailure: (error: unknown) => void,
): AsyncGenerator<VersionBody> {
  try {
    for await (const body of bodies) {
      if (signal.aborted) return;
      yield body;
      if (signal.aborted) return;
    }
  } catch (error) {
    onFailure(error);
  }
}
