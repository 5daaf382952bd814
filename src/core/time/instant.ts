/** An instant as the data file writes it: `2026-06-07T18:23:50.000Z`, UTC, comparable as text. */
export type Instant = string;

export function toInstant(date: Date): Instant {
  return date.toISOString();
}

/** Sorts behind every instant. */
export const END_OF_TIME = '~';

/** The instant one millisecond later. */
export function justAfter(instant: Instant): Instant {
  return new Date(Date.parse(instant) + 1).toISOString();
}

/** The later of `now` and the first instant after `last`: a clock that was set back never makes time run backwards. */
export function nextInstant(now: Date, last: Instant | null): Instant {
  const instant = toInstant(now);
  return last !== null && instant <= last ? justAfter(last) : instant;
}
