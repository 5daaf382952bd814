const LONGEST_TIMER = 2 ** 31 - 1;
/** Shared, because creating an error with its stack would be most of the cost of a small request. */
const ENDED = new Error('it has ended');

/**
 * A signal that aborts after some milliseconds, or when its parent aborts.
 *
 * `AbortSignal.any` over `AbortSignal.timeout` looks simpler, but in several versions of Node nothing keeps such a signal
 * alive: it may be garbage-collected together with its timer and then never fires. Here the running timer keeps the
 * controller alive, and the parent keeps the listener.
 */
export class Deadline {
  readonly signal: AbortSignal;
  readonly #controller = new AbortController();
  readonly #timer: NodeJS.Timeout;
  readonly #release: () => void;

  /** @param expired the reason of the signal when the time is over */
  constructor(ms: number, parent: AbortSignal | undefined, expired: Error) {
    const controller = this.#controller;
    this.signal = controller.signal;
    const follow = (): void => controller.abort(parent?.reason);
    parent?.addEventListener('abort', follow, { once: true });
    this.#release = () => parent?.removeEventListener('abort', follow);
    this.#timer = setTimeout(() => controller.abort(expired), Math.min(ms, LONGEST_TIMER));
    if (parent?.aborted) follow();
  }

  /** The work is over. Aborts whatever still listens to the signal, such as a body that nobody has read. */
  end(): void {
    clearTimeout(this.#timer);
    this.#release();
    this.#controller.abort(ENDED);
  }
}

/**
 * Runs `work` with the signal of a {@link Deadline}, and ends at the deadline even if `work` ignores that signal.
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
 * Gives each of many attempts, one after the other, its own deadline. They share one signal until an attempt is late,
 * because setting up a signal would be most of the cost of a small request.
 */
export class Attempts {
  readonly #ms: number;
  readonly #parent: AbortSignal | undefined;
  readonly #expired: () => Error;
  readonly #follow = (): void => this.#controller.abort(this.#parent?.reason);
  #controller = new AbortController();

  /** @param expired creates the error for an attempt that took too long */
  constructor(ms: number, parent: AbortSignal | undefined, expired: () => Error) {
    this.#ms = Math.min(ms, LONGEST_TIMER);
    this.#parent = parent;
    this.#expired = expired;
    parent?.addEventListener('abort', this.#follow);
  }

  /**
   * Runs one attempt. `work` has to end when its signal aborts.
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

  /** No further attempt follows: stops listening to the parent. */
  end(): void {
    this.#parent?.removeEventListener('abort', this.#follow);
  }
}
