import Big from 'big.js';
import { isTokens, type Unit, unitOf } from '../reading/components.ts';
import { DYNAMIC, isAmount } from '../reading/price.ts';
import { digits } from './units.ts';

/** Prices and their changes in words. Amounts are never rounded. */

/** Whether to do without the arrows, for a terminal without Unicode. */
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
 * @param unit where it does not follow from the component alone: see {@link unitOf}
 */
export function priceWords(component: string, price: string, unit = unitAlone(component)): string {
  return price === DYNAMIC
    ? DYNAMIC
    : [amountWords(component, price, unit), unitWords(component, unit)].join(' ').trimEnd();
}

/**
 * A change of price: `$0.60 -> $0.066 /M  ▼ -89 %`.
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
  const direction = directionWords(before, after, pct, glyphs);
  const old = isAmount(before) && isAmount(after) ? amountWords(component, before) : sideWords(component, before);
  const words = `${old} -> ${sideWords(component, after)}`;
  return direction === '' ? words : `${words}  ${direction}`;
}

function sideWords(component: string, price: string | null): string {
  return price === null ? 'none' : priceWords(component, price);
}

/** `▼ -89 %`, as far as it is known. */
export function directionWords(
  before: string | null,
  after: string | null,
  pct: number | null,
  glyphs: Glyphs,
): string {
  return [arrow(before, after, glyphs), pctWords(pct)].filter((word) => word !== '').join(' ');
}

/** `▲` or `▼`, in ASCII `^` or `v`; empty where the amounts are equal or cannot be compared. */
export function arrow(before: string | null, after: string | null, { ascii = false }: Glyphs = {}): string {
  if (!isAmount(before) || !isAmount(after)) return '';
  const direction = new Big(after).cmp(before);
  if (direction === 0) return '';
  if (direction > 0) return ascii ? '^' : '▲';
  return ascii ? 'v' : '▼';
}

/** A percentage with its sign: `-89 %`, `+3.4 %`. It is never rounded to 0 %, nor to -100 % unless it is that. */
export function pctWords(pct: number | null): string {
  if (pct === null) return '';
  if (pct === 0) return '0 %';
  const exact = new Big(pct);
  let decimals = exact.abs().gte(10) ? 0 : 1;
  const misleads = (): boolean => exact.round(decimals).eq(0) || (exact.gt(-100) && exact.round(decimals).eq(-100));
  while (misleads() && decimals < 20) decimals += 1;
  return `${pct > 0 ? '+' : ''}${digits(exact.round(decimals).toFixed())} %`;
}

/** What a component's price is for where the prices beside it are not known, which tell the two meanings of `image` apart. */
function unitAlone(component: string): Unit | undefined {
  return component === 'image' ? undefined : unitOf(component);
}

function amountWords(component: string, price: string, unit = unitAlone(component)): string {
  const amount = new Big(price).times(unitsTold(component, unit)).toFixed();
  return component === 'discount' ? digits(amount) : dollars(amount);
}

/** Of how many units a price is told. */
export function unitsTold(component: string, unit: Unit | undefined): number {
  if (component === 'discount') return 100;
  if (isTokens(unit)) return 1_000_000;
  return unit === 'search' ? 1000 : 1;
}

/** `/M`, `/K searches`: what {@link unitsTold} units are called. */
export function unitWords(component: string, unit: Unit | undefined): string {
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
      return component === 'image' ? '/image or image token' : '/unit';
  }
}
