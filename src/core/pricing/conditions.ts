/**
 * The conditions of an entry of upstream's `overrides`, as `pricing_history.condition` writes them: sorted `key=value`
 * joined by commas, `min_prompt_tokens=128000` or `utc_end=400,utc_start=100`; the empty text is the base price.
 * The rules are those of upstream's `PricingOverride`: all conditions of an entry must hold.
 */
export type Condition =
  | { readonly type: 'min_prompt_tokens'; readonly tokens: bigint }
  /** Minutes of the UTC day, `[start, end)`; it wraps midnight where `start` is greater than `end`. */
  | { readonly type: 'utc_window'; readonly start: number; readonly end: number }
  /** A key, or a value of a known key, that upstream has not explained. */
  | { readonly type: 'unknown'; readonly text: string };

/** Whether a condition holds; `unknown` where nobody can say. */
export type Verdict = 'holds' | 'fails' | 'unknown';

/** What a request is measured by: the size of its whole prompt, and the minute of the UTC day it arrives in. */
export interface Circumstances {
  readonly promptTokens: bigint;
  readonly minuteOfDay: number;
}

const MINUTES_A_DAY = 24 * 60;

/** Reads a stored condition; the empty text (the base price) has none. */
export function readConditions(text: string): readonly Condition[] {
  const conditions: Condition[] = [];
  const window = new Map<string, string>();
  for (const part of split(text)) {
    const [key, value] = keyAndValue(part);
    if (key === 'min_prompt_tokens' && /^\d{1,30}$/.test(value)) {
      conditions.push({ type: 'min_prompt_tokens', tokens: BigInt(value) });
    } else if (key === 'utc_start' || key === 'utc_end') {
      window.set(key, value);
    } else {
      conditions.push({ type: 'unknown', text: part });
    }
  }
  if (window.size > 0) conditions.push(readWindow(window));
  return conditions;
}

/** All conditions must hold, so one that surely fails decides, whatever the unknown ones would say. */
export function judge(conditions: readonly Condition[], circumstances: Circumstances): Verdict {
  const verdicts = conditions.map((condition) => judgeOne(condition, circumstances));
  if (verdicts.includes('fails')) return 'fails';
  return verdicts.includes('unknown') ? 'unknown' : 'holds';
}

/**
 * Orders two entries whose places in upstream's list are not known: tiers by their threshold, then windows, then
 * what nobody can decide, so that a doubt is never hidden under a price that surely applies.
 */
export function compareConditions(a: string, b: string): number {
  const [left, right] = [rank(a), rank(b)];
  if (left.stage !== right.stage) return left.stage - right.stage;
  if (left.tokens !== right.tokens) return left.tokens < right.tokens ? -1 : 1;
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function rank(text: string): { stage: number; tokens: bigint } {
  const conditions = readConditions(text);
  let tokens = -1n;
  for (const condition of conditions) if (condition.type === 'min_prompt_tokens') tokens = condition.tokens;
  if (conditions.some(({ type }) => type === 'unknown')) return { stage: 2, tokens };
  return { stage: conditions.some(({ type }) => type === 'utc_window') ? 1 : 0, tokens };
}

function judgeOne(condition: Condition, { promptTokens, minuteOfDay }: Circumstances): Verdict {
  switch (condition.type) {
    case 'min_prompt_tokens':
      return promptTokens > condition.tokens ? 'holds' : 'fails';
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

/** Half a window, an impossible hour, or a window that ends where it starts (never, or all day?) stays unknown. */
function readWindow(window: ReadonlyMap<string, string>): Condition {
  const start = readHour(window.get('utc_start'));
  const end = readHour(window.get('utc_end'));
  if (start !== undefined && end !== undefined && start < MINUTES_A_DAY && start !== end) {
    return { type: 'utc_window', start, end };
  }
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

/** A value may hold commas of its own (`utc_days=[1,2]`), so a comma parts two conditions only before a key. */
function split(text: string): readonly string[] {
  return text === '' ? [] : text.split(/,(?=[A-Za-z_]\w*=)/);
}

function keyAndValue(part: string): readonly [string, string] {
  const at = part.indexOf('=');
  return at < 0 ? [part, ''] : [part.slice(0, at), part.slice(at + 1)];
}
