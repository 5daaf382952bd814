import { compareText } from '../collections.ts';
import { UsageError } from '../errors.ts';
import { WEEKDAYS, weekdayOf, weekdaysText } from '../time/weekdays.ts';

/**
 * The conditions of an entry of upstream's `overrides`, as `pricing_history.condition` writes them: sorted `key=value`
 * joined by commas, `min_prompt_tokens=128000` or `utc_days=saturday+sunday,utc_end=400,utc_start=100`; the empty text
 * is the base price. The rules are those of upstream's `PricingOverride`: all conditions of an entry must hold.
 */
export type Condition =
  | { readonly type: 'min_prompt_tokens'; readonly tokens: bigint }
  /** Indexes in {@link WEEKDAYS}, in order, each once. */
  | { readonly type: 'utc_days'; readonly days: readonly number[] }
  /** Minutes of the UTC day, `[start, end)`; around midnight where `end` is not after `start`. */
  | { readonly type: 'utc_window'; readonly start: number; readonly end: number }
  /** A key, or a value of a known key, that is not documented. */
  | { readonly type: 'unknown'; readonly text: string };

/** Whether a condition holds; `unknown` for one that is not documented. */
export type Holding = 'holds' | 'fails' | 'unknown';

/** What conditions are about: the size of a request's whole prompt, and when it arrives, in UTC. */
export interface Circumstances {
  readonly promptTokens: bigint;
  /** Index in {@link WEEKDAYS}. */
  readonly weekday: number;
  readonly minuteOfDay: number;
}

export const MINUTES_A_DAY = 24 * 60;

/** @throws UsageError for an invalid date */
export function circumstancesAt(at: Date, promptTokens: bigint): Circumstances {
  if (Number.isNaN(at.getTime())) throw new UsageError('invalid_instant', 'The instant of the request is not a date.');
  return { promptTokens, weekday: weekdayOf(at), minuteOfDay: at.getUTCHours() * 60 + at.getUTCMinutes() };
}

/** Whether the price of an entry with these conditions depends on the hour or the day. */
export function isScheduled(condition: string): boolean {
  return split(condition).some((part) => part.startsWith('utc_'));
}

/** Reads a stored condition; the empty text (the base price) has none. */
export function readConditions(text: string): readonly Condition[] {
  const conditions: Condition[] = [];
  const window = new Map<string, string>();
  for (const part of split(text)) {
    const [key, value] = keyAndValue(part);
    if (key === 'utc_start' || key === 'utc_end') window.set(key, value);
    else conditions.push(readOne(key, value) ?? { type: 'unknown', text: part });
  }
  if (window.size > 0) conditions.push(readWindow(window));
  return conditions;
}

function readOne(key: string, value: string): Condition | undefined {
  if (key === 'min_prompt_tokens' && /^\d{1,30}$/.test(value))
    return { type: 'min_prompt_tokens', tokens: BigInt(value) };
  if (key !== 'utc_days' || weekdaysText(value.split('+')) === undefined) return undefined;
  return { type: 'utc_days', days: WEEKDAYS.flatMap((day, place) => (value.split('+').includes(day) ? [place] : [])) };
}

/** All conditions must hold, so one that fails decides, whatever is unknown. */
export function judge(conditions: readonly Condition[], circumstances: Circumstances): Holding {
  const verdicts = conditions.map((condition) => judgeOne(condition, circumstances));
  if (verdicts.includes('fails')) return 'fails';
  return verdicts.includes('unknown') ? 'unknown' : 'holds';
}

/**
 * Sorts entries whose positions in upstream's list are not known: tiers by their threshold, then days and windows, then
 * those with unknown conditions.
 */
export function compareConditions(a: string, b: string): number {
  const [left, right] = [rank(a), rank(b)];
  if (left.stage !== right.stage) return left.stage - right.stage;
  if (left.tokens !== right.tokens) return left.tokens < right.tokens ? -1 : 1;
  return compareText(a, b);
}

function rank(text: string): { stage: number; tokens: bigint } {
  const conditions = readConditions(text);
  let tokens = -1n;
  for (const condition of conditions) if (condition.type === 'min_prompt_tokens') tokens = condition.tokens;
  if (conditions.some(({ type }) => type === 'unknown')) return { stage: 2, tokens };
  return { stage: isScheduled(text) ? 1 : 0, tokens };
}

/** A weekday is that of the request's own instant, also in a window that began the day before. */
function judgeOne(condition: Condition, { promptTokens, weekday, minuteOfDay }: Circumstances): Holding {
  switch (condition.type) {
    case 'min_prompt_tokens':
      return promptTokens > condition.tokens ? 'holds' : 'fails';
    case 'utc_days':
      return condition.days.includes(weekday) ? 'holds' : 'fails';
    case 'utc_window': {
      const { start, end } = condition;
      const afterStart = minuteOfDay >= start;
      const beforeEnd = minuteOfDay < end;
      return (start < end ? afterStart && beforeEnd : afterStart || beforeEnd) ? 'holds' : 'fails';
    }
    case 'unknown':
      return 'unknown';
  }
}

/** Without its start or end, or with an impossible hour, a window is unknown. */
function readWindow(window: ReadonlyMap<string, string>): Condition {
  const start = readHour(window.get('utc_start'));
  const end = readHour(window.get('utc_end'));
  if (start !== undefined && end !== undefined && start < MINUTES_A_DAY) return { type: 'utc_window', start, end };
  const parts = ['utc_end', 'utc_start'].filter((key) => window.has(key)).map((key) => `${key}=${window.get(key)}`);
  return { type: 'unknown', text: parts.join(',') };
}

/** `30` is half past midnight, `400` four o'clock, `2400` the end of the day. */
function readHour(value: string | undefined): number | undefined {
  if (value === undefined || !/^\d{1,4}$/.test(value)) return undefined;
  const hours = Math.floor(Number(value) / 100);
  const minutes = Number(value) % 100;
  const minute = hours * 60 + minutes;
  return minutes < 60 && minute <= MINUTES_A_DAY ? minute : undefined;
}

/** Splits at commas, except within a quoted key or the JSON of a value (`regions=["eu","us"]`). */
function split(text: string): readonly string[] {
  if (text === '') return [];
  if (!/["[{]/.test(text)) return text.split(',');
  const parts: string[] = [];
  let [start, depth] = [0, 0];
  for (const { 0: token, index } of text.matchAll(/"(?:[^"\\]|\\.)*"|[[\]{},]/g)) {
    if (token === '[' || token === '{') depth += 1;
    if (token === ']' || token === '}') depth -= 1;
    if (token !== ',' || depth > 0) continue;
    parts.push(text.slice(start, index));
    start = index + 1;
  }
  return [...parts, text.slice(start)];
}

function keyAndValue(part: string): readonly [string, string] {
  const at = part.indexOf('=');
  return at < 0 ? [part, ''] : [part.slice(0, at), part.slice(at + 1)];
}
