import Big from 'big.js';
import { isTokens, type Unit, unitOf } from '../pricing/components.ts';
import { type Condition, MINUTES_A_DAY, readConditions } from '../pricing/conditions.ts';
import { DYNAMIC } from '../reading/price.ts';
import { digits, exactCount } from './units.ts';

/** Prices, conditions and changes in words. Amounts are exact: what is shown is never rounded. */

/** How a terminal without Unicode is spared the arrows. */
export interface Glyphs {
  readonly ascii?: boolean;
}

/** An exact amount in USD with at least two decimals: `$0.60`, `$0.066`, `$1,250.00`. */
export function dollars(amount: string): string {
  const [whole = '', fraction = ''] = new Big(amount).toFixed().split('.');
  return `$${digits(whole)}.${fraction.padEnd(2, '0')}`;
}

/** A price per token as a price per million of them: `0.0000006` is `$0.60`. */
export function perMillion(price: string): string {
  return price === DYNAMIC ? DYNAMIC : dollars(new Big(price).times(1_000_000).toFixed());
}

/**
 * A price with its unit: `$0.60 /M` tokens, `$0.60 /M image tokens`, `$0.04 /image`, `$5.00 /K searches`, `25 %` for a
 * discount, and `$0.10 /unit` for a component whose unit upstream has not said.
 * @param price exact decimal USD per unit, or `dynamic`
 * @param unit where the component alone does not tell: see {@link unitOf}
 */
export function priceWords(component: string, price: string, unit = unitOf(component)): string {
  return price === DYNAMIC
    ? DYNAMIC
    : [amountWords(component, price, unit), unitWords(component, unit)].join(' ').trimEnd();
}

/**
 * What a change of price is for a reader: `$0.60 -> $0.066 /M  ▼ -89 %`.
 * @param before exact decimal USD per unit, `dynamic`, or null where there was none
 * @param pct as `changePct` gives it: null where either side is missing, zero or dynamic
 */
export function repricedWords(
  component: string,
  before: string | null,
  after: string | null,
  pct: number | null,
  glyphs: Glyphs = {},
): string {
  const direction = [arrow(before, after, glyphs), pctWords(pct)].filter((word) => word !== '').join(' ');
  const old = isAmount(before) && isAmount(after) ? amountWords(component, before) : sideWords(component, before);
  const words = `${old} -> ${sideWords(component, after)}`;
  return direction === '' ? words : `${words}  ${direction}`;
}

function sideWords(component: string, price: string | null): string {
  return price === null ? 'none' : priceWords(component, price);
}

/** Up or down without colour, `▲` `▼` or `^` `v`; empty where the amounts are equal or cannot be compared. */
export function arrow(before: string | null, after: string | null, { ascii = false }: Glyphs = {}): string {
  if (!isAmount(before) || !isAmount(after)) return '';
  const direction = new Big(after).cmp(before);
  if (direction === 0) return '';
  if (direction > 0) return ascii ? '^' : '▲';
  return ascii ? 'v' : '▼';
}

/** A percentage with its sign: `-89 %`, `+3.4 %`; small ones keep a digit that is not zero, and -100 % means gone. */
export function pctWords(pct: number | null): string {
  if (pct === null) return '';
  if (pct === 0) return '0 %';
  const exact = new Big(pct);
  let decimals = exact.abs().gte(10) ? 0 : 1;
  const misleads = (): boolean => exact.round(decimals).eq(0) || (exact.gt(-100) && exact.round(decimals).eq(-100));
  while (misleads() && decimals < 20) decimals += 1;
  return `${pct > 0 ? '+' : ''}${digits(exact.round(decimals).toFixed())} %`;
}

/**
 * A stored condition in words: `above 128k prompt tokens`, `Mon-Fri 01:00-04:00 UTC`, several joined by `and`; the empty
 * one (the base price) stays empty, and what upstream has not explained is left as it is.
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
  const runs: number[][] = [];
  for (const day of days) {
    const run = runs.at(-1);
    if (run !== undefined && run.at(-1) === day - 1) run.push(day);
    else runs.push([day]);
  }
  const name = (day: number | undefined): string => DAY_WORDS[day ?? 0] ?? '';
  return runs.flatMap((run) => (run.length > 2 ? [`${name(run[0])}-${name(run.at(-1))}`] : run.map(name))).join(', ');
}

/** `06:30`, of a minute of the day. */
export function clock(minute: number): string {
  return [Math.floor(minute / 60), minute % 60].map((part) => String(part).padStart(2, '0')).join(':');
}

function amountWords(component: string, price: string, unit = unitOf(component)): string {
  if (component === 'discount') return digits(new Big(price).times(100).toFixed());
  if (isTokens(unit)) return perMillion(price);
  return dollars(unit === 'search' ? new Big(price).times(1000).toFixed() : price);
}

function unitWords(component: string, unit: Unit | undefined): string {
  if (component === 'discount') return '%';
  switch (unit) {
    case 'token':
      return '/M';
    case 'image token':
      return component === 'image' ? '/M image tokens' : '/M';
    case 'image':
      return '/image';
    case 'request':
      return '/request';
    case 'search':
      return '/K searches';
    case undefined:
      return '/unit';
  }
}

function isAmount(value: string | null): value is string {
  return value !== null && value !== DYNAMIC;
}
