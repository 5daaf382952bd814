import { HOUR_MS, MINUTE_MS } from './instant.ts';

/** Times of the day beside a date, as people write them in the names of files. */

/** What stands beside a date: nothing of a time, a time, or what looks like one and cannot be read. */
export type TimeOfDay =
  | { readonly kind: 'none' }
  /** Milliseconds after the day's midnight UTC; an offset from UTC may lead out of the day. */
  | { readonly kind: 'time'; readonly ms: number }
  | { readonly kind: 'unread'; readonly text: string };

const LEAD = /^[-_.,@/\s]*(?:(?<word>T|at|time|hour|hr)(?![a-z]))?[-_.,@/\s]*/i;
/** `0630`, `063000`, `063000123` and the lone hour `06`, `06h`. */
const COMPACT =
  /^(?<hour>\d\d)(?:(?<minute>\d\d)(?:(?<second>\d\d)(?:[.,]?(?<fraction>\d{3}(?:\d{3})?))?)?)?h?(?!\d|(?!z|utc|gmt|[ap]\.?m)[a-z])/i;
/** `06:30`, `06-30-00`, `6.30.00`, `06h30m00s`, `06:30:00.123`, `06-30-00-123`. */
const SEPARATED =
  /^(?<hour>\d{1,2})(?<sep>[-_.:h/ ])(?<minute>\d\d)(?:m?[-_.:m/ ]?(?<second>\d\d)(?:[.,](?<fraction>\d{1,9})|[-_](?<dashed>\d{3}(?:\d{3})?)(?![\da-y]))?s?)?m?(?!\d)/i;
const HALF = /^[-_.\s]*(?<half>[ap])\.?m\.?(?![a-z])/i;
/** The hour alone and its half of the day: `6 PM`. */
const HOUR_AND_HALF = /^(?<hour>\d{1,2})(?=\s?[ap]m(?![a-z]))/i;
const ZONE =
  /^[-_.\s]?(?:(?:Z|UTC|GMT)(?![a-z\d+-])|(?:UTC|GMT)?(?<sign>[+-])(?<hours>\d\d)(?<minutes>[-_.:]?\d\d)?(?![\da-z]))/i;
const OTHER_ZONE = /^[-_.\s]*(?:[ACEMP][CEKW]?[SD]T|CES?T|EES?T|WES?T|BST|[IJKH][SK]T|MSK|SGT|NZ[SD]T)(?![A-Za-z])/;
/** Somewhere behind other words: `models_06-30`, `T06`, `0630`, `6pm`. */
const LATER =
  /(?<![\da-z.])(?:T?\d\d[-_.:h]\d\d(?!\d)|T\d{1,6}(?![\da-z])|(?:[01]\d|2[0-3])(?:[0-5]\d){0,2}(?![\da-z])|\d{1,2}\s?[ap]m(?![a-z]))/i;
/** Just before the date: `06-30_2026-05-01`, `6 PM 2026-05-01`, `063000-20260501`, `T06 2026-05-01`. */
const BEFORE =
  /(?<![\da-z.])(?:\d\d[-.:h]\d\d(?:[-.:m]\d\d)?|\d{1,2}(?:[-.:h]\d\d){0,2}\s?[ap]\.?m\.?|(?:[01]\d|2[0-3])(?:[0-5]\d){2}|T\d{1,6})[-_,\sT]*$/i;

const NONE = { kind: 'none' } as const;

/**
 * @param after what follows the date
 * @param before what stands before it
 */
export function readTimeOfDay(after: string, before: string): TimeOfDay {
  // The copies of a downloaded file: "2026-05-01 (1).json".
  const text = after.replace(/\s*\(\d+\)/g, '');
  const lead = LEAD.exec(text);
  const word = lead?.groups?.word;
  const rest = text.slice(lead?.[0].length ?? 0);
  if (/^\d/.test(rest) && !isMereNumber(rest)) return readClock(rest) ?? { kind: 'unread', text: text.trim() };
  if (word !== undefined && (rest === '' || /^T$/i.test(word))) return { kind: 'unread', text };
  const found = LATER.exec(rest)?.[0] ?? BEFORE.exec(before)?.[0];
  return found === undefined ? NONE : { kind: 'unread', text: found };
}

/** A run of digits that is too long for a time: the number of a build, an epoch. */
function isMereNumber(text: string): boolean {
  const { length } = /^\d+/.exec(text)?.[0] ?? '';
  return length > 6 && length !== 9 && length !== 12;
}

function readClock(text: string): TimeOfDay | undefined {
  const found = HOUR_AND_HALF.exec(text) ?? SEPARATED.exec(text) ?? COMPACT.exec(text);
  if (found === null) return undefined;
  const { hour = '', sep, minute, second, fraction, dashed } = found.groups ?? {};
  const half = HALF.exec(text.slice(found[0].length));
  // One digit is an hour only where nothing else can be meant.
  if (hour.length === 1 && half === null && !/[:.h]/i.test(sep ?? '')) return undefined;
  const behind = text.slice(found[0].length + (half?.[0].length ?? 0));
  const zone = ZONE.exec(behind);
  if (zone === null && !isWhole(behind, second !== undefined)) return undefined;
  const hours = hourOf(Number(hour), half?.groups?.half, minute !== undefined);
  const minutes = Number(minute ?? 0);
  const seconds = Number(second ?? 0);
  if (hours === undefined || minutes > 59 || seconds > 59 || (hours === 24 && minutes + seconds > 0)) return undefined;
  const offset = offsetOf(zone?.groups, second !== undefined);
  if (offset === undefined) return undefined;
  const ms = Number((fraction ?? dashed ?? '').padEnd(3, '0').slice(0, 3));
  return { kind: 'time', ms: hours * HOUR_MS + (minutes - offset) * MINUTE_MS + seconds * 1000 + ms };
}

/** Whether nothing that belongs to the time is left over. */
function isWhole(behind: string, hasSeconds: boolean): boolean {
  if (OTHER_ZONE.test(behind) || /^:|^\s?[-+]\d\d(?!\d)|^\s?\+/.test(behind)) return false;
  return hasSeconds || !/^[^\sa-z\d]?\d/i.test(behind);
}

function hourOf(hour: number, half: string | undefined, hasMinutes: boolean): number | undefined {
  if (half === undefined) return hour <= 23 || (hour === 24 && hasMinutes) ? hour : undefined;
  if (hour < 1 || hour > 12) return undefined;
  return (hour % 12) + (half.toLowerCase() === 'p' ? 12 : 0);
}

/** Minutes ahead of UTC; undefined where the offset is none that exists, or may be something else. */
function offsetOf(zone: Readonly<Record<string, string | undefined>> | undefined, hasSeconds: boolean) {
  const { sign, hours, minutes = '' } = zone ?? {};
  if (sign === undefined) return 0;
  // After a minus the two digits may be a counter, and after minutes alone they may be the seconds.
  if (sign === '-' && (minutes === '' || (/^[-_.]/.test(minutes) && !hasSeconds))) return undefined;
  const [h, m] = [Number(hours), Number(minutes.replace(/\D/, ''))];
  if (h > 14 || m % 15 !== 0 || m > 45) return undefined;
  return (sign === '-' ? -1 : 1) * (h * 60 + m);
}
