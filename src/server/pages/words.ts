import Big from 'big.js';
import { perMillion } from '../../core/format/priceWords.ts';
import { escapeControls } from '../../core/format/text.ts';
import { digits, exactCount } from '../../core/format/units.ts';
import { type Amount, DYNAMIC } from '../../core/reading/price.ts';

/** One line of upstream's text, with control characters escaped. */
export function line(text: string | null | undefined): string {
  return escapeControls(text ?? '');
}

/** The lines of upstream's text, each escaped. */
export function paragraphs(text: string): string[] {
  return text
    .split(/\r?\n/)
    .map((part) => escapeControls(part).trim())
    .filter((part) => part !== '');
}

/** USD per million tokens without the dollar sign: `0.60`. If there is no number, `dynamic` or `–`. */
export function millionWords(price: Amount | null): string {
  if (price === null) return '–';
  return price === DYNAMIC ? DYNAMIC : perMillion(price).slice(1);
}

/** The exact price, if it is a number. */
export function exactWords(price: Amount | null, unit = 'token'): string | undefined {
  return price === null || price === DYNAMIC ? undefined : `$${price} per ${unit}`;
}

export function tokensWords(tokens: number | null): string {
  return tokens === null ? '–' : exactCount(tokens);
}

export function exactTokens(tokens: number | null): string | undefined {
  return tokens === null ? undefined : `${digits(tokens)} tokens`;
}

/** The day of an instant in seconds since 1970. */
export function createdDay(seconds: number | null): string {
  return seconds === null ? '–' : new Date(seconds * 1000).toISOString().slice(0, 10);
}

/**
 * The position of an amount on an axis; for drawing only, as it may be rounded.
 * @param units the axis shows the price of so many units
 */
export function positionOf(price: Amount, units = 1_000_000): number {
  return new Big(price).times(units).toNumber();
}

/** The label of an amount on an axis. */
export function dollarTick(value: number): string {
  return `$${Number(value.toPrecision(3))}`;
}
