import { type Instant, toInstant } from './instant.ts';

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
  return zone === 'local'
    ? { year: date.getFullYear(), month: date.getMonth() + 1, day: date.getDate(), weekday: date.getDay() }
    : {
        year: date.getUTCFullYear(),
        month: date.getUTCMonth() + 1,
        day: date.getUTCDate(),
        weekday: date.getUTCDay(),
      };
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
export function instant(ms: number): When {
  return { from: toInstant(new Date(ms)), until: toInstant(new Date(ms + 1)) };
}
