import type { Env } from '../config/settings.ts';
import { withoutStop } from '../core/errors.ts';
import { unscheduled } from './plan.ts';
import { runTool } from './tool.ts';

const SHORTHAND = /^(?:minutely|hourly|daily|weekly|monthly|quarterly|semiannually|yearly|annually)$/i;
const DAY = '(?:mon(?:day)?|tue(?:sday)?|wed(?:nesday)?|thu(?:rsday)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?)';
const WEEKDAYS = new RegExp(`^${DAY}(?:(?:\\.\\.|,|-)${DAY})*$`, 'i');
const DATE = /^(?:(?<year>[^-~]+)-)?(?<month>[^-~]+)[-~](?<day>[^-~]+)$/;
const TIME = /^(?<hour>[^:]+):(?<minute>[^:]+)(?::(?<second>[^:]+))?$/;
const ZONE = /^(?:UTC|[a-z_]+(?:\/[a-z\d_+-]+)+)$/i;
const RANGES = {
  year: [1970, 2199],
  month: [1, 12],
  day: [1, 31],
  hour: [0, 23],
  minute: [0, 59],
  second: [0, 59],
} as const;

/**
 * Checks an `OnCalendar` expression: asks systemd or, if that is not installed, follows the grammar in its manual.
 * @throws UsageError when the expression is not valid
 */
export async function checkCalendar(every: string, env: Env): Promise<void> {
  const outcome = await runTool(env, 'systemd-analyze', ['calendar', '--', every]);
  if (outcome === undefined ? isCalendar(every) : outcome.code === 0) return;
  throw unscheduled(
    `systemd does not understand --every ${JSON.stringify(every)}${outcome ? `: ${withoutStop(outcome.stderr)}` : ''}`,
    "Give a calendar event, as in --every hourly or --every '*:07' (systemd-analyze calendar EXPRESSION tries it).",
  );
}

/**
 * Whether a text is a calendar event: `[WEEKDAYS] [[YEAR-]MONTH-DAY] [HOUR:MINUTE[:SECOND]] [ZONE]`, or a shorthand.
 * @see https://www.freedesktop.org/software/systemd/man/latest/systemd.time.html
 */
export function isCalendar(text: string): boolean {
  const words = text.trim().split(/\s+/);
  if (words.length === 1 && SHORTHAND.test(words[0] ?? '')) return true;
  const take = (fits: (word: string) => boolean): boolean => {
    const found = words[0] !== undefined && fits(words[0]);
    if (found) words.shift();
    return found;
  };
  const days = take((word) => WEEKDAYS.test(word));
  const date = take((word) => fitsRanges(DATE.exec(word)));
  const time = take((word) => fitsRanges(TIME.exec(word)));
  take((word) => ZONE.test(word));
  return (days || date || time) && words.length === 0;
}

function fitsRanges(match: RegExpExecArray | null): boolean {
  if (match?.groups === undefined) return false;
  const { groups } = match;
  return Object.entries(RANGES).every(([name, range]) => {
    const text = groups[name];
    return text === undefined || text.split(',').every((item) => isItem(item, range));
  });
}

/** Whether an item is `*`, `7` or `1..5` within the range, possibly with a step as in `0/15`. */
function isItem(item: string, [least, most]: readonly [number, number]): boolean {
  const [, from, to, step] = /^(?:\*|(\d{1,4})(?:\.\.(\d{1,4}))?)(?:\/(\d{1,4}))?$/.exec(item) ?? [];
  if (from === undefined && !item.startsWith('*')) return false;
  const isIn = (text: string | undefined): boolean =>
    text === undefined || (Number(text) >= least && Number(text) <= most);
  return isIn(from) && isIn(to) && step !== '0' && (to === undefined || Number(from) <= Number(to));
}
