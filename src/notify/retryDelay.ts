const MINUTE = 60_000;
const PAUSES = [1, 5, 30, 120, 360].map((minutes) => minutes * MINUTE);
const LONGEST_PAUSE = 720 * MINUTE;

/** For how long a message is tried before it is given up, in milliseconds. */
export const GIVE_UP_AFTER_MS = 7 * 24 * 60 * MINUTE;

/**
 * How long to wait after a failed attempt, in milliseconds: 1, 5 and 30 minutes, 2, 6 and then 12 hours, or longer
 * where the receiver asked for it.
 * @param attempts made so far
 */
export function retryDelay(attempts: number, retryAfterMs: number): number {
  return Math.max(PAUSES[attempts - 1] ?? LONGEST_PAUSE, retryAfterMs);
}
