const LONGEST_TIMER = 2 ** 31 - 1;

/**
 * Runs `work` with a signal that aborts after `ms` milliseconds with `expired`, or with the reason of `parent`.
 * Ends at that moment even where `work` does not listen, so that no stall and no slow drip outlives its time.
 * @throws `expired`, the parent's reason, or whatever `work` throws
 */
export async function within<T>(
  ms: number,
  parent: AbortSignal | undefined,
  expired: Error,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  parent?.throwIfAborted();
  const controller = new AbortController();
  const { signal } = controller;
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
  const follow = (): void => controller.abort(parent?.reason);
  parent?.addEventListener('abort', follow, { once: true });
  const timer = setTimeout(() => controller.abort(expired), Math.min(ms, LONGEST_TIMER));
  try {
    return await Promise.race([work(signal), aborted]);
  } catch (error) {
    throw signal.aborted ? signal.reason : error;
  } finally {
    clearTimeout(timer);
    parent?.removeEventListener('abort', follow);
    // Frees whatever was left unread, a refused redirect's body for instance.
    controller.abort();
  }
}
