import { type Instant, MINUTE_MS, toInstant } from './instant.ts';

/** The zone that a time without one is meant in, and that times are shown in. */
export type Zone = 'utc' | 'local';

/** What a person means by a time: a month is a span, an instant is one millisecond long. */
export interface When {
  readonly from: Instant;
  /** The first instant that is no longer meant. */
  readonly until: Instant;
}

export type Day = readonly [year: number, month: number, day: number];

export function between(zone: Zone, from: Day, until: Day): When {
  return { from: toInstant(dateIn(zone, ...from)), until: toInstant(dateIn(zone, ...until)) };
}

export function partsOf(date: Date, zone: Zone): { year: number; month: number; day: number; weekday: number } {
  const shown = shownIn(date, zone);
  const [year, month, day] = [shown.getUTCFullYear(), shown.getUTCMonth() + 1, shown.getUTCDate()];
  return { year, month, day, weekday: shown.getUTCDay() };
}

/** What a clock in the zone shows, as if it were UTC. */
export function shownIn(date: Date, zone: Zone): Date {
  return zone === 'utc' ? date : new Date(date.getTime() - date.getTimezoneOffset() * MINUTE_MS);
}

/** The first instant of a day; a month or a day beyond its end is in the next. */
export function dateIn(zone: Zone, year: number, month: number, day: number): Date {
  return zone === 'local' ? new Date(year, month - 1, day) : new Date(Date.UTC(year, month - 1, day));
}

/** Whether there is such a day: no 30 February, no month 13. */
export function isInCalendar(year: number, month: number, day: number): boolean {
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

/** A time that is one millisecond long. */
export function oneInstant(ms: number): When {
  return { from: toInstant(new Date(ms)), until: toInstant(new Date(ms + 1)) };
}
