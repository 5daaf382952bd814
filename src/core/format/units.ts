import Big from 'big.js';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../time/instant.ts';

/** Sizes, counts and spans of time for reading; only {@link digits} and {@link exactCount} are exact. */

const COUNT_UNITS = ['', 'k', 'M', 'B', 'T'];
const BYTE_UNITS = ['B', 'kB', 'MB', 'GB', 'TB'];

const SPANS = [
  ['d', DAY_MS],
  ['h', HOUR_MS],
  ['min', MINUTE_MS],
  ['s', 1000],
] as const;

/** Three significant digits: `128k`, `1.05M` for 1,048,576, `999`. */
export function countWords(count: number | bigint): string {
  const [value, unit] = shorten(count, COUNT_UNITS);
  return `${value}${unit}`;
}

/** All digits, grouped: `1,048,576`; also for decimals, whose fraction stays as it is: `1,250.5`. */
export function digits(value: number | bigint | string): string {
  const [whole = '', fraction] = new Big(value.toString()).toFixed().split('.');
  const grouped = whole.replace(/\B(?=(?:\d{3})+$)/g, ',');
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}

/** A number of things in words: `1 run`, `1,204 runs`. */
export function quantity(count: number | bigint, one: string, many = `${one}s`): string {
  return `${digits(count)} ${BigInt(count) === 1n ? one : many}`;
}

/** `128k` where that is exact, else all digits: for limits, where a rounded number would be wrong. */
export function exactCount(count: number | bigint): string {
  const [value, unit, factor] = shorten(count, COUNT_UNITS);
  return new Big(value).times(factor).eq(count.toString()) ? `${value}${unit}` : digits(count);
}

/** Decimal units with three significant digits: `512 B`, `1.24 MB`. */
export function bytesWords(bytes: number | bigint): string {
  const [value, unit] = shorten(bytes, BYTE_UNITS);
  return `${value} ${unit}`;
}

/**
 * A span of time by its two largest units, cut off and not rounded: `3 d 4 h`, `1 min 30 s`; below a second `250 ms`.
 * @param ms milliseconds
 */
export function durationWords(ms: number): string {
  if (ms < 0) return `-${durationWords(-ms)}`;
  const first = SPANS.findIndex(([, length]) => ms >= length);
  if (first < 0) return `${Math.floor(ms)} ms`;
  let rest = ms;
  const words: string[] = [];
  for (const [unit, length] of SPANS.slice(first, first + 2)) {
    const count = Math.floor(rest / length);
    rest -= count * length;
    if (count > 0) words.push(`${count} ${unit}`);
  }
  return words.join(' ');
}

function shorten(count: number | bigint, units: readonly string[]): readonly [string, string, Big] {
  let factor = new Big(1);
  let value = new Big(count.toString());
  let rounded = value.prec(3);
  let step = 0;
  while (rounded.abs().gte(1000) && step < units.length - 1) {
    step += 1;
    factor = factor.times(1000);
    value = value.div(1000);
    rounded = value.prec(3);
  }
  return [step === 0 ? value.toFixed() : rounded.toFixed(), units[step] ?? '', factor];
}
