import Big from 'big.js';
import { perMillion } from '../../core/format/priceWords.ts';
import { escapeControls } from '../../core/format/text.ts';
import { digits, exactCount } from '../../core/format/units.ts';
import { type Amount, DYNAMIC } from '../../core/reading/price.ts';

/** Upstream's texts and numbers as a page shows them. */

/** One line of upstream's text: it can neither reverse its neighbours nor hide. */
export function line(text: string | null | undefined): string {
  return escapeControls(text ?? '');
}

/** Several lines, each escaped. */
export function paragraphs(text: string): string[] {
  return text
    .split(/\r?\n/)
    .map((part) => escapeControls(part).trim())
    .filter((part) => part !== '');
}

/** USD per million tokens without its sign: `0.60`; `dynamic` and `–` where there is no number. */
export function millionWords(price: Amount | null): string {
  if (price === null) return '–';
  return price === DYNAMIC ? DYNAMIC : perMillion(price).slice(1);
}

/** The exact decimal as upstream means it. */
export function exactWords(price: Amount | null, unit = 'token'): string | undefined {
  return price === null || price === DYNAMIC ? undefined : `$${price} per ${unit}`;
}

export function tokensWords(tokens: number | null): string {
  return tokens === null ? '–' : exactCount(tokens);
}

export function exactTokens(tokens: number | null): string | undefined {
  return tokens === null ? undefined : `${digits(tokens)} tokens`;
}

/** The day on which a model was created, from seconds since 1970. */
export function createdDay(seconds: number | null): string {
  return seconds === null ? '–' : new Date(seconds * 1000).toISOString().slice(0, 10);
}

/**
 * For drawing only: where on an axis an amount lies.
 * @param units of how many units the axis tells the price
 */
export function positionOf(price: Amount, units = 1_000_000): number {
  return new Big(price).times(units).toNumber();
}

/** A place on an axis of dollars. */
export function dollarTick(value: number): string {
  return `$${Number(value.toPrecision(3))}`;
}

/** Only what leads to a page: nothing that upstream writes may be a script. */
export function safeUrl(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  return url.protocol === 'http:' || url.protocol === 'https:' ? url.href : undefined;
}
