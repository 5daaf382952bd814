import { runsOf } from '../collections.ts';
import { type Condition, MINUTES_A_DAY, readConditions } from '../pricing/conditions.ts';
import { exactCount } from './units.ts';

/**
 * A stored condition in words: `above 128k prompt tokens`, `Mon-Fri 01:00-04:00 UTC`, several joined by `and`. The
 * empty condition of the base price stays empty, and an unknown one is left as it is.
 */
export function conditionWords(condition: string): string {
  const conditions = readConditions(condition);
  const others = conditions.filter(({ type }) => type !== 'utc_days' && type !== 'utc_window');
  return [...others.map(words), scheduleWords(conditions)].filter((text) => text !== '').join(' and ');
}

/** Days and hours together: `Mon-Fri 01:00-04:00 UTC`, `Sat, Sun UTC`. */
function scheduleWords(conditions: readonly Condition[]): string {
  const parts = conditions.filter(({ type }) => type === 'utc_days' || type === 'utc_window').map(words);
  return parts.length === 0 ? '' : `${parts.join(' ')} UTC`;
}

function words(condition: Condition): string {
  switch (condition.type) {
    case 'min_prompt_tokens':
      return `above ${exactCount(condition.tokens)} prompt tokens`;
    case 'utc_days':
      return daysWords(condition.days);
    case 'utc_window':
      return windowWords(condition);
    case 'unknown':
      return condition.text;
  }
}

/** `22:30-03:30`, `10:00-24:00` for a window up to midnight, `00:00-24:00` for the whole day. */
function windowWords({ start, end }: { readonly start: number; readonly end: number }): string {
  if (start === end) return `${clock(0)}-${clock(MINUTES_A_DAY)}`;
  return `${clock(start)}-${clock(end === 0 ? MINUTES_A_DAY : end)}`;
}

const DAY_WORDS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

/** `Mon-Fri`, `Sat, Sun`, `Mon, Wed-Fri`, `every day`. */
export function daysWords(days: readonly number[]): string {
  if (days.length === DAY_WORDS.length) return 'every day';
  const runs = runsOf(days, (day, before) => day === before + 1);
  const name = (day: number | undefined): string => DAY_WORDS[day ?? 0] ?? '';
  return runs.flatMap((run) => (run.length > 2 ? [`${name(run[0])}-${name(run.at(-1))}`] : run.map(name))).join(', ');
}

/** `06:30`, of a minute of the day. */
export function clock(minute: number): string {
  return [Math.floor(minute / 60), minute % 60].map((part) => String(part).padStart(2, '0')).join(':');
}
