import { isAhead } from '../core/time/instant.ts';
import type { OnLeftOut, UnreadableVersion, Version, VersionBody } from './history.ts';

/** What is taken of a history, and what becomes of the rest. */

/** Why a version is left out. */
export type LeftOutKind = 'future' | 'unreadable' | 'sameInstant' | 'narrower' | 'conflicts';

/** What has become of the versions so far. */
export class ImportTally {
  /** Of those that are done with, whatever came of them. */
  done = 0;
  /** The instants of those that are there already. */
  readonly known: string[] = [];
  readonly #leftOut: Record<LeftOutKind, string[]> = {
    ...{ future: [], unreadable: [], sameInstant: [], narrower: [], conflicts: [] },
  };
  readonly #onLeftOut: OnLeftOut | undefined;

  constructor(onLeftOut: OnLeftOut | undefined) {
    this.#onLeftOut = onLeftOut;
  }

  leaveOut(kind: LeftOutKind, { name, observedAt }: Version, reason: string): void {
    this.#leftOut[kind].push(observedAt);
    this.#onLeftOut?.({ name, reason });
  }

  result() {
    const { future, unreadable, sameInstant, narrower, conflicts } = this.#leftOut;
    return {
      ...{ known: this.known.length, conflicts, sameInstant: sameInstant.length },
      ...{ narrower: narrower.length, future: future.length, unreadable: unreadable.length },
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

/** The same bodies once the first has been read; undefined when there is none. */
export async function peek(bodies: AsyncGenerator<VersionBody>): Promise<AsyncGenerator<VersionBody> | undefined> {
  const first = await bodies.next();
  return first.done ? undefined : prepend(first.value, bodies);
}

async function* prepend(first: VersionBody, others: AsyncGenerator<VersionBody>): AsyncGenerator<VersionBody> {
  yield first;
  yield* others;
}

/** Bodies until a signal or a failure; what came before either is as good as ever. */
export class BodySource {
  readonly #bodies: AsyncIterable<VersionBody>;
  readonly #signal: AbortSignal;
  #failure: { readonly error: unknown } | undefined;

  constructor(bodies: AsyncIterable<VersionBody>, signal: AbortSignal) {
    this.#bodies = bodies;
    this.#signal = signal;
  }

  async *read(): AsyncGenerator<VersionBody> {
    const bodies = this.#bodies[Symbol.asyncIterator]();
    while (!this.#signal.aborted) {
      const next = await bodies.next().catch((error: unknown) => {
        this.#failure = { error };
        return undefined;
      });
      if (next === undefined || next.done || this.#signal.aborted) return;
      yield next.value;
    }
  }

  /** @throws what ended the bodies early */
  throwFailure(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
  }
}
