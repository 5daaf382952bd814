import { UsageError } from '../errors.ts';
import { between, type Day, isInCalendar, oneInstant, shownIn, type When, type Zone } from './calendar.ts';
import { type Instant, MINUTE_MS, toInstant } from './instant.ts';
import { normalize, readCalendarWords, readSpanAgo } from './spokenTime.ts';

export type { When, Zone } from './calendar.ts';
export { readSpanMs } from './spokenTime.ts';

const DATE = /^(\d{4})(?:-(\d\d?)(?:-(\d\d?))?)?$/;
const DATE_TIME =
  /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?\s?(Z|z|UTC|[+-](?:[01]\d|2[0-3])(?::?[0-5]\d)?)?$/;

/**
 * Reads a time as people say it: `now`, `7d` or `2 weeks` (so long ago), `yesterday`, `last month`, `July`, `2026`,
 * `2026-07`, `2026-07-03`, or ISO 8601 with or without a zone.
 * @param zone what a time without a zone is in
 * @throws UsageError when the text is no time, or a day that no calendar has
 */
export function readWhen(text: string, now: Date, zone: Zone = 'utc'): When {
  const words = normalize(text);
  if (words === 'now') return oneInstant(now.getTime());
  const when =
    readSpanAgo(words, now, zone) ??
    readCalendarWords(words, now, zone) ??
    readDate(words, zone) ??
    readDateTime(text.trim(), zone);
  if (when !== undefined) return when;
  if (/^\d+ ?m$/.test(words)) {
    const count = Number.parseInt(words, 10);
    throw new UsageError('bad_time', `"${text}" may be months or minutes.`, {
      hint: `Write ${count}mo for months or ${count}min for minutes.`,
    });
  }
  throw new UsageError('bad_time', `"${text}" is not a time.`, { hint: UNDERSTOOD });
}

/** What {@link readWhen} takes, for help and hints. */
const UNDERSTOOD =
  'Write now, 7d, 2 weeks, 3 months, 1y, yesterday, last month, July, 3 July, 2026-07, 2026-07-03 or 2026-07-03T18:00Z.';

function readDate(text: string, zone: Zone): When | undefined {
  const [, year, month, day] = DATE.exec(text) ?? [];
  if (year === undefined) return undefined;
  const [y, m, d] = [Number(year), Number(month ?? '1'), Number(day ?? '1')];
  if (!isDay(y, m, d)) return undefined;
  const next: Day = month === undefined ? [y + 1, 1, 1] : day === undefined ? [y, m + 1, 1] : [y, m, d + 1];
  return between(zone, [y, m, d], next);
}

function readDateTime(text: string, zone: Zone): When | undefined {
  const parts = DATE_TIME.exec(text);
  if (parts === null) return undefined;
  const [y = 0, m = 0, d = 0, hour = 0, minute = 0, second = 0] = parts.slice(1, 7).map((part) => Number(part ?? 0));
  const ms = Math.floor(Number(`0.${parts[7] ?? '0'}`) * 1000);
  const offset = parts[8];
  if (!isDay(y, m, d) || hour > 23 || minute > 59 || second > 59) return undefined;
  if (offset === undefined && zone === 'local') {
    return oneInstant(new Date(y, m - 1, d, hour, minute, second, ms).getTime());
  }
  const utc = Date.UTC(y, m - 1, d, hour, minute, second, ms);
  return oneInstant(utc - offsetMinutes(offset) * MINUTE_MS);
}

function offsetMinutes(offset: string | undefined): number {
  const [, sign, hours, minutes] = /^([+-])(\d\d):?(\d\d)?$/.exec(offset ?? '') ?? [];
  return (sign === '-' ? -1 : 1) * (Number(hours ?? 0) * 60 + Number(minutes ?? 0));
}

function isDay(year: number, month: number, day: number): boolean {
  return year >= 1000 && isInCalendar(year, month, day);
}

const two = (part: number): string => String(part).padStart(2, '0');

/** The day of an instant, `2026-07-03`. */
export function dayOf(at: Instant, zone: Zone): string {
  return textIn(zone, at).slice(0, 10);
}

/** The minute of the day of an instant with its zone: `18:23 UTC`, `20:23 +02:00`. */
export function clockOf(at: Instant, zone: Zone): string {
  const clock = textIn(zone, at).slice(11, 16);
  if (zone === 'utc') return `${clock} UTC`;
  const ahead = -new Date(at).getTimezoneOffset();
  const [hours, minutes] = [Math.floor(Math.abs(ahead) / 60), Math.abs(ahead) % 60];
  return `${clock} ${ahead < 0 ? '-' : '+'}${two(hours)}:${two(minutes)}`;
}

/** An instant as a clock in the zone shows it, in the same form. */
function textIn(zone: Zone, at: Instant): string {
  return zone === 'utc' ? at : toInstant(shownIn(new Date(at), zone));
}

/** An instant to the minute, for reading: `2026-07-03 18:23 UTC`. */
export function minuteWords(at: Instant, zone: Zone): string {
  return `${dayOf(at, zone)} ${clockOf(at, zone)}`;
}
