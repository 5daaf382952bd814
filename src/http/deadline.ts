const LONGEST_TIMER = 2 ** 31 - 1;
/** One for all: a reason made anew each time, stack and all, would be what hundreds of small requests mostly pay for. */
const ENDED = new Error('it has ended');

/**
 * A signal that aborts after some milliseconds, or with its parent.
 *
 * The one way to a deadline here. `AbortSignal.any` over `AbortSignal.timeout` looks the same, but in several versions of
 * Node nothing holds such a signal: a collection of garbage takes it with its timer, and it never fires. Here the running
 * timer holds the controller, and the parent holds the listener.
 */
export class Deadline {
  readonly signal: AbortSignal;
  readonly #controller = new AbortController();
  readonly #timer: NodeJS.Timeout;
  readonly #release: () => void;

  /** @param expired the signal's reason where the time is over */
  constructor(ms: number, parent: AbortSignal | undefined, expired: Error) {
    const controller = this.#controller;
    this.signal = controller.signal;
    const follow = (): void => controller.abort(parent?.reason);
    parent?.addEventListener('abort', follow, { once: true });
    this.#release = () => parent?.removeEventListener('abort', follow);
    this.#timer = setTimeout(() => controller.abort(expired), Math.min(ms, LONGEST_TIMER));
    if (parent?.aborted) follow();
  }

  /** What was to be done is done, or given up: whatever still listens, a body left unread for instance, is freed. */
  end(): void {
    clearTimeout(this.#timer);
    this.#release();
    this.#controller.abort(ENDED);
  }
}

/**
 * Runs `work` with the signal of a {@link Deadline}. Ends at that moment even where `work` does not listen, so that no
 * stall and no slow drip outlives its time.
 * @throws `expired`, the parent's reason, or whatever `work` throws
 */
export async function within<T>(
  ms: number,
  parent: AbortSignal | undefined,
  expired: Error,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  parent?.throwIfAborted();
  const deadline = new Deadline(ms, parent, expired);
  const { signal } = deadline;
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
  try {
    return await Promise.race([work(signal), aborted]);
  } catch (error) {
    throw signal.aborted ? signal.reason : error;
  } finally {
    deadline.end();
  }
}

/**
 * A deadline for each of many attempts, one after the other: until one is late they share a signal, which hundreds of
 * small requests would else mostly pay for.
 */
export class Attempts {
  readonly #ms: number;
  readonly #parent: AbortSignal | undefined;
  readonly #expired: () => Error;
  readonly #follow = (): void => this.#controller.abort(this.#parent?.reason);
  #controller = new AbortController();

  /** @param expired makes the reason of an attempt that took too long */
  constructor(ms: number, parent: AbortSignal | undefined, expired: () => Error) {
    this.#ms = Math.min(ms, LONGEST_TIMER);
    this.#parent = parent;
    this.#expired = expired;
    parent?.addEventListener('abort', this.#follow);
  }

  /**
   * Runs one attempt, which has to end with its signal.
   * @throws the reason of the signal, or whatever `work` throws
   */
  async run<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    this.#parent?.throwIfAborted();
    if (this.#controller.signal.aborted) this.#controller = new AbortController();
    const controller = this.#controller;
    const timer = setTimeout(() => controller.abort(this.#expired()), this.#ms);
    try {
      return await work(controller.signal);
    } catch (error) {
      throw controller.signal.aborted ? controller.signal.reason : error;
    } finally {
      clearTimeout(timer);
    }
  }

  /** No further attempt is made: its parent may go on without it. */
  end(): void {
    this.#parent?.removeEventListener('abort', this.#follow);
  }
}
