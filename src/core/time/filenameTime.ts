import { isInCalendar } from './calendar.ts';
import { DAY_MS, type Instant, toInstant } from './instant.ts';
import { readTimeOfDay } from './timeOfDay.ts';

/** Instants in the names of saved files, as people name them. */

/** The instant that a name tells, or in words why it tells none. */
export type FilenameTime = { readonly at: Instant } | { readonly problem: string };

/** There was no list before that year, so a number of seconds that lies before it is something else. */
const FIRST_EPOCH_MS = Date.UTC(2023, 0, 1);

const EXTENSION = /(?:\.(?:jsonl?|ndjson|html?|txt|xml|gz|br|zst|xz|bz2|zip|lz4|log|dat|bak))+$/i;
/** `20260501`, `2026-05-01`, `2026/0501`, `2026.5.1`; the digits of a time may follow a day of two digits at once. */
const DATE =
  /(?<!\d)(?:(?<year>20\d\d)[-_./ ]?(?<month>\d\d)[-_./ ]?(?<day>\d\d)|(?<y>20\d\d)(?<sep>[-_./ ])(?<m>\d{1,2})\k<sep>(?<d>\d{1,2})(?!\d))/g;
/** So many digits may follow a date in one run: hour, minute, second, parts of a second. */
const TIME_DIGITS: ReadonlySet<number> = new Set([0, 2, 4, 6, 9, 12]);
const NUMBER = /(?<![\da-z])[a-z]*(?<seconds>\d{10})(?:(?<ms>\d{3})|\.(?<part>\d{1,9})(?!\d))?(?:m?s)?(?![\da-z])/gi;
const NO_TIME = 'its name tells no instant';

interface FilenameDate {
  /** Midnight, in milliseconds since 1970; not a number where the calendar lacks that day. */
  readonly day: number;
  readonly text: string;
  /** Whether separators tell it from a mere run of digits. */
  readonly isSure: boolean;
  readonly before: string;
  /** Up to the next date. */
  readonly after: string;
}

/**
 * Reads the instant off a file's name: a date with or without a time (`2026-05-01`, `20260501T060000Z`, `2026050106`,
 * `models_2026-05-01_06-00.json`), else seconds or milliseconds since 1970. Where the name alone tells nothing, the
 * folders above it are read with it: `2026/05/01/06.json`. Without a zone it is UTC.
 * @param path the name, with the folders that count before it, `/` between
 * @param now a bare number later than this is no instant
 */
export function readFilenameTime(path: string, now: Date): FilenameTime {
  const parts = decode(path)
    .replace(EXTENSION, '')
    // As Hive names its partitions: year=2026/month=05/day=01.
    .replace(/(?<=^|\/)[a-z_]+=/gi, '')
    .split('/');
  for (let first = parts.length - 1; first >= 0; first -= 1) {
    const found = readText(parts.slice(first).join('/'), now);
    if (found !== undefined) return found;
  }
  return { problem: NO_TIME };
}

/**
 * What cannot stand in a file's name everywhere is often percent-encoded there, `06%3A30`, or written with a sign that
 * looks like it: colons that a file system takes, and the dashes of typography, of which one is a minus of ISO 8601.
 */
function decode(path: string): string {
  return path
    .replace(/%(2[0-9a-f]|3[ad])/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    .replace(/[\u02d0\u02f8\u2236\ua789\ufe55\uff1a]/g, ':')
    .replace(/[\u2010-\u2015\u2212\ufe63\uff0d]/g, '-');
}

function readText(text: string, now: Date): FilenameTime | undefined {
  const dates = chooseDates(findDates(text));
  const [first, other] = [dates[0], dates.find(({ day }) => day !== dates[0]?.day && !Number.isNaN(day))];
  if (first !== undefined && dates.some(({ day }) => Number.isNaN(day))) {
    const wrong = dates.find(({ day }) => Number.isNaN(day));
    return { problem: `its name has ${wrong?.text}, and there is no such day` };
  }
  if (first !== undefined && other !== undefined) {
    return { problem: `its name tells more than one day (${first.text}, ${other.text})` };
  }
  if (first !== undefined) return readDay(first.day, dates, text, now);
  const numbers = [...new Set(findNumbers(text, now))];
  if (numbers.length > 1) return { problem: 'its name tells more than one instant' };
  return numbers[0] === undefined ? undefined : { at: toInstant(new Date(numbers[0])) };
}

function findDates(text: string): FilenameDate[] {
  const matches = [...text.matchAll(DATE)].filter(({ 0: found, index }) =>
    TIME_DIGITS.has(/^\d*/.exec(text.slice(index + found.length))?.[0].length ?? 0),
  );
  return matches.map(({ 0: found, index, groups = {} }, n) => {
    const { year = groups.y, month = groups.m, day = groups.d } = groups;
    return {
      day: dayOf(Number(year), Number(month), Number(day)),
      text: found,
      isSure: found.length > 8,
      before: text.slice(0, index),
      after: text.slice(index + found.length, matches[n + 1]?.index),
    };
  });
}

/** A date with separators beats digits that read as another date; digits that are no day are then a mere number. */
function chooseDates(dates: readonly FilenameDate[]): readonly FilenameDate[] {
  const sure = dates.find(({ isSure }) => isSure);
  if (sure !== undefined) return dates.filter(({ isSure, day }) => isSure || day === sure.day);
  const real = dates.filter(({ day }) => !Number.isNaN(day));
  return real.length > 0 ? real : dates;
}

function dayOf(year: number, month: number, day: number): number {
  return isInCalendar(year, month, day) ? Date.UTC(year, month - 1, day) : Number.NaN;
}

/** The most that is told beside a day, which a name may tell twice: a folder's and the file's own. */
function readDay(day: number, dates: readonly FilenameDate[], text: string, now: Date): FilenameTime {
  const times = dates.map(({ after, before }) => readTimeOfDay(after, before));
  const unread = times.find((time) => time.kind === 'unread');
  if (unread?.kind === 'unread') {
    return { problem: `its name says "${unread.text}" beside the date, which may be a time and cannot be read` };
  }
  const offsets = [...new Set(times.flatMap((time) => (time.kind === 'time' ? [time.ms] : [])))];
  if (offsets.length > 1) return { problem: 'its name tells more than one time of the day' };
  if (offsets[0] !== undefined) return { at: toInstant(new Date(day + offsets[0])) };
  // A number of seconds that lies in the very day is its time.
  const inDay = findNumbers(text, now).find((number) => number >= day && number < day + DAY_MS);
  return { at: toInstant(new Date(inDay ?? day)) };
}

/** Numbers that can be seconds or milliseconds since 1970 at which there were lists. */
function findNumbers(text: string, now: Date): number[] {
  return Array.from(text.matchAll(NUMBER), ({ groups = {} }) => {
    const { seconds, ms, part = '' } = groups;
    return Number(`${seconds}${ms ?? part.padEnd(3, '0').slice(0, 3)}`);
  }).filter((number) => number >= FIRST_EPOCH_MS && number <= now.getTime());
}
