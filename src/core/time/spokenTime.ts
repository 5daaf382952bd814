import { between, dateIn, isInCalendar, oneInstant, partsOf, type When, type Zone } from './calendar.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from './instant.ts';

const LENGTHS: Readonly<Record<string, number>> = { s: 1000, m: MINUTE_MS, h: HOUR_MS, d: DAY_MS, w: 7 * DAY_MS };

const UNIT = 's|secs?|seconds?|mins?|minutes?|h|hrs?|hours?|d|days?|w|weeks?|mo|months?|y|yrs?|years?';
/** `7d`, `2 weeks`, `1 month ago`, `an hour`: months and years by the calendar. */
const AGO = new RegExp(`^(?:(\\d{1,5}) ?|an? )(${UNIT})(?: ago)?$`);
const SPAN = new RegExp(`^(?:(\\d{1,7}) ?|an? )(ms|m|${UNIT})$`);

/** A text as words: in small letters, with one blank between two. */
export function normalize(text: string): string {
  return text.trim().toLowerCase().replace(/\s+/g, ' ');
}

/** How long before now; months and years by the calendar. */
export function readSpanAgo(words: string, now: Date, zone: Zone): When | undefined {
  const [, digits = '1', unit] = AGO.exec(words) ?? [];
  if (unit === undefined) return undefined;
  const count = Number(digits);
  if (/^(?:mo|y)/.test(unit)) return oneInstant(monthsBefore(now, unit.startsWith('y') ? 12 * count : count, zone));
  return oneInstant(now.getTime() - count * (LENGTHS[unit.charAt(0)] ?? 0));
}

/**
 * A span of time in milliseconds, or undefined: the words of {@link readSpanAgo}, `250ms`, and `m` for minutes, since a
 * span is a wait or an age. A month is 30 days here, a year 365.
 */
export function readSpanMs(text: string): number | undefined {
  const [, digits = '1', unit] = SPAN.exec(normalize(text)) ?? [];
  if (unit === undefined) return undefined;
  if (unit === 'ms') return Number(digits);
  if (unit.startsWith('mo')) return Number(digits) * 30 * DAY_MS;
  return Number(digits) * (unit.startsWith('y') ? 365 * DAY_MS : (LENGTHS[unit.charAt(0)] ?? 0));
}

/** The same day and time of an earlier month, or its last day where it is shorter. */
function monthsBefore(now: Date, months: number, zone: Zone): number {
  const { year, month, day } = partsOf(now, zone);
  const first = dateIn(zone, year, month - months, 1);
  const target = partsOf(first, zone);
  const days = partsOf(dateIn(zone, target.year, target.month + 1, 0), zone).day;
  const start = dateIn(zone, target.year, target.month, Math.min(day, days)).getTime();
  return start + (now.getTime() - dateIn(zone, year, month, day).getTime());
}

const MONTHS = 'january february march april may june july august september october november december'.split(' ');
const LAST = /^(this|last) (week|month|year)$/;

/** `today`, `yesterday`, `last month`, `July`, `Jul 2025`: whole days, weeks from Monday, months and years. */
export function readCalendarWords(words: string, now: Date, zone: Zone): When | undefined {
  const { year, month, day, weekday } = partsOf(now, zone);
  if (words === 'today') return between(zone, [year, month, day], [year, month, day + 1]);
  if (words === 'yesterday') return between(zone, [year, month, day - 1], [year, month, day]);
  const [, which, unit] = LAST.exec(words) ?? [];
  const back = which === 'last' ? 1 : 0;
  if (unit === 'year') return between(zone, [year - back, 1, 1], [year - back + 1, 1, 1]);
  if (unit === 'month') return between(zone, [year, month - back, 1], [year, month - back + 1, 1]);
  if (unit === 'week') {
    const monday = day - ((weekday + 6) % 7) - 7 * back;
    return between(zone, [year, month, monday], [year, month, monday + 7]);
  }
  return readMonth(words, { year, month, day }, zone);
}

const MONTH_WORDS = /^(?:(\d{1,2})(?:st|nd|rd|th)? )?([a-z]{3,9})(?: (\d{1,2})(?:st|nd|rd|th)?)?(?:,? (\d{4}))?$/;

/** `July`, `Jul 2025`, `3 July`, `July 3, 2025`; without a year, the newest that has begun. */
function readMonth(words: string, today: { year: number; month: number; day: number }, zone: Zone): When | undefined {
  const [, before, name = '', behind, named] = MONTH_WORDS.exec(words) ?? [];
  const index = name === '' ? -1 : MONTHS.findIndex((full) => full === name || full.slice(0, 3) === name);
  if (index < 0 || (before !== undefined && behind !== undefined)) return undefined;
  const month = index + 1;
  const day = Number(before ?? behind ?? 1);
  const hasBegun = month < today.month || (month === today.month && day <= today.day);
  const year = named === undefined ? (hasBegun ? today.year : today.year - 1) : Number(named);
  if (before === undefined && behind === undefined) return between(zone, [year, month, 1], [year, month + 1, 1]);
  if (!isInCalendar(year, month, day)) return undefined;
  return between(zone, [year, month, day], [year, month, day + 1]);
}
