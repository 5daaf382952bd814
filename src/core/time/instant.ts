import { UsageError } from '../errors.ts';

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

/** An instant as the data file writes it: `2026-06-07T18:23:50.000Z`, UTC, comparable as text. */
export type Instant = string;

/** Sorts behind every instant: what is in force then is in force now. No instant itself, and never stored. */
export const END_OF_TIME = '~';

/** Years of four digits compare as text; others would sort anywhere. */
const FIRST: Instant = '0000-01-01T00:00:00.000Z';
const LAST: Instant = '9999-12-31T23:59:59.999Z';
/** No list is observed later than this: there is always an instant after it, for the next one. */
const LAST_OBSERVED: Instant = '9998-12-31T23:59:59.999Z';

/** An instant before the year 0 or after 9999 is the first or the last one. */
export function toInstant(date: Date): Instant {
  const text = date.toISOString();
  if (text.length === LAST.length) return text;
  return text.startsWith('-') ? FIRST : LAST;
}

/** Whether a list can have been observed then, as far as the form of the data file goes. */
export function isObservable(date: Date): boolean {
  const time = date.getTime();
  return time >= Date.parse(FIRST) && time <= Date.parse(LAST_OBSERVED);
}

/** The instant one millisecond later. */
export function justAfter(instant: Instant): Instant {
  return toInstant(new Date(Date.parse(instant) + 1));
}

/** Clocks differ by a little and zones by hours. */
const GRACE_MS = DAY_MS;

/** Whether an instant is so far in the future that a clock, a name or a commit must be wrong. */
export function isAhead(instant: Instant, now: Date): boolean {
  return Date.parse(instant) > now.getTime() + GRACE_MS;
}

/**
 * The later of `now` and the first instant after `last`: a clock that was set back never makes time run backwards.
 * @throws UsageError when the clock is thousands of years wrong
 */
export function nextInstant(now: Date, last: Instant | null): Instant {
  if (!isObservable(now)) {
    const hint = 'Set the clock of this machine (or MODEL_LEDGER_NOW) and run again.';
    throw new UsageError('bad_clock', `The clock says ${now.toISOString()}; nothing was written.`, { hint });
  }
  const instant = toInstant(now);
  return last !== null && instant <= last ? justAfter(last) : instant;
}
