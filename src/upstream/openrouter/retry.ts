import pRetry from 'p-retry';
import { Fault } from './fault.ts';
import type { RequestLimits } from './requestLimits.ts';

export interface RetryTiming extends Pick<RequestLimits, 'retries' | 'minDelayMs' | 'maxDelayMs' | 'retryAfterCapMs'> {
  /** The instant (of `now`) at which the run must be over. */
  readonly deadline: number;
  readonly now: () => number;
  readonly random: () => number;
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly note: (reason: string, delayMs: number) => void;
}

/**
 * Repeats `attempt` while it fails with a {@link Fault} that a retry can mend, and while the pause before the next
 * attempt still fits into the run's time. Everything else is thrown at once. The pause depends on what upstream asks
 * for, and is told before it is made: so it is made here, and the library's own is none.
 */
export async function retrying<T>(timing: RetryTiming, signal: AbortSignal, attempt: () => Promise<T>): Promise<T> {
  return await pRetry(attempt, {
    retries: timing.retries,
    minTimeout: 0,
    signal,
    onFailedAttempt: () => signal.throwIfAborted(),
    shouldRetry: async ({ error, attemptNumber }) => {
      if (!(error instanceof Fault) || error.details.retry !== true) return false;
      const delay = chooseDelay(timing, attemptNumber, error.details.retryAfterMs);
      if (timing.now() + delay >= timing.deadline) return false;
      timing.note(error.message, delay);
      await timing.wait(delay, signal);
      return true;
    },
  });
}

/** The pause after the nth failed attempt: exponential with jitter, and never shorter than upstream asked for (capped). */
export function chooseDelay(
  timing: Pick<RetryTiming, 'minDelayMs' | 'maxDelayMs' | 'retryAfterCapMs' | 'random'>,
  attempt: number,
  retryAfterMs: number | undefined,
): number {
  const own = Math.min(timing.maxDelayMs, Math.round(timing.minDelayMs * 2 ** (attempt - 1) * (1 + timing.random())));
  return Math.max(own, Math.min(retryAfterMs ?? 0, timing.retryAfterCapMs));
}
