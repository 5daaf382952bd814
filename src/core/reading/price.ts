import Big from 'big.js';

/**
 * Prices as upstream writes them: decimal strings in USD per token, image, request or search, up to 23 decimals.
 * They stay text or {@link Big} all the way; a JavaScript number would misprint one price in seven.
 */

/** The word for a negative amount, which upstream uses for "decided per request". */
export const DYNAMIC = 'dynamic';

/** Canonical decimal text (`0.000001`) or {@link DYNAMIC}. */
export type Amount = string;

const DECIMAL = /^-?\d{1,40}(?:\.\d{1,60})?(?:[eE][+-]?\d{1,2})?$/;
const PLAIN = /^(?:0|[1-9]\d*)(?:\.\d*[1-9])?$/;

/**
 * Reads one amount.
 * @param text a decimal as upstream writes it, `"0.0000010"`, `"-1"`, `"1e-7"`
 * @returns canonical text without exponent or trailing zeros, {@link DYNAMIC} for any negative, or undefined when
 *   the text is not a decimal (`""`, `"0x10"`, `"free"`)
 */
export function readAmount(text: string): Amount | undefined {
  if (text.length <= 60 && PLAIN.test(text)) return text;
  if (!DECIMAL.test(text)) return undefined;
  const value = new Big(text);
  if (value.lt(0)) return DYNAMIC;
  return value.eq(0) ? '0' : value.toFixed();
}

/** USD per million tokens as USD per token; undefined where the text is no decimal or negative. */
export function perToken(text: string): Amount | undefined {
  const amount = readAmount(text);
  return amount === undefined || amount === DYNAMIC ? undefined : new Big(amount).times('0.000001').toFixed();
}

/** Whether a price is listed and is a number. */
export function isAmount(amount: Amount | null): amount is Amount {
  return amount !== null && amount !== DYNAMIC;
}

/**
 * Percent from one amount to another; null where either is missing, zero or dynamic. By integers, because the division
 * of big.js gives the same and takes 16 µs instead of 0.7: 1.5 s of a list in which 100,000 prices change.
 */
export function changePct(before: Amount | null, after: Amount | null): number | null {
  if (!isAmount(before) || !isAmount(after) || before === '0' || after === '0') return null;
  const decimals = Math.max(decimalsOf(before), decimalsOf(after));
  const old = toInteger(before, decimals);
  const scaled = ((toInteger(after, decimals) - old) * 100n * 10n ** BigInt(PCT_DECIMALS)) / old;
  return Number(`${scaled}e-${PCT_DECIMALS}`);
}

/** More decimals than a double can distinguish. */
const PCT_DECIMALS = 25;

function decimalsOf(amount: Amount): number {
  const point = amount.indexOf('.');
  return point < 0 ? 0 : amount.length - point - 1;
}

/** The amount times 10 to the power of `decimals`. */
function toInteger(amount: Amount, decimals: number): bigint {
  return BigInt(amount.replace('.', '') + '0'.repeat(decimals - decimalsOf(amount)));
}

/** Which of two amounts is the greater; not for {@link DYNAMIC}. */
export function compareAmounts(a: Amount, b: Amount): number {
  return a === b ? 0 : new Big(a).cmp(b);
}

/**
 * The order of prices of which some are no numbers: those come last.
 * @param sign -1 puts the greatest number first
 */
export function comparePrices(a: Amount | null, b: Amount | null, sign = 1): number {
  return isAmount(a) && isAmount(b) ? sign * compareAmounts(a, b) : Number(!isAmount(a)) - Number(!isAmount(b));
}
