import { between, dateIn, instant, partsOf, type When, type Zone } from './calendar.ts';

const LENGTHS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/** `7d`, `2 weeks`, `1 month ago`: months and years by the calendar. */
const AGO = /^(\d{1,5}) ?(s|sec|seconds?|min|mins|minutes?|h|hours?|d|days?|w|weeks?|mo|months?|y|yr|years?)(?: ago)?$/;

/** How long before now; months and years by the calendar. */
export function readSpanAgo(words: string, now: Date, zone: Zone): When | undefined {
  const [, digits, unit = ''] = AGO.exec(words) ?? [];
  if (digits === undefined) return undefined;
  const count = Number(digits);
  if (/^(?:mo|y)/.test(unit)) return instant(monthsBefore(now, unit.startsWith('y') ? 12 * count : count, zone));
  return instant(now.getTime() - count * (LENGTHS[unit.charAt(0)] ?? 0));
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
  const [, name = '', named] = /^([a-z]{3,9})(?: (\d{4}))?$/.exec(words) ?? [];
  const index = name === '' ? -1 : MONTHS.findIndex((full) => full === name || full.slice(0, 3) === name);
  if (index < 0) return undefined;
  // Without a year, the newest month of that name that has begun.
  const of = named === undefined ? (index + 1 <= month ? year : year - 1) : Number(named);
  return between(zone, [of, index + 1, 1], [of, index + 2, 1]);
}
