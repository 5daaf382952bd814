import Big from 'big.js';
import { UsageError } from '../errors.ts';

/** `12000`, `12_000`, `12k`, `1.5M`: exact; undefined for what is no whole number, 0 or more. */
export function parseQuantity(text: string): bigint | undefined {
  const [, number, unit = ''] = /^(\d{1,15}(?:\.\d{1,6})?)([kM]?)$/.exec(text.replaceAll(/[_,\s]/g, '')) ?? [];
  const factor = { '': '1', k: '1000', M: '1000000' }[unit];
  const count = number === undefined || factor === undefined ? undefined : new Big(number).times(factor).toFixed();
  return count === undefined || count.includes('.') ? undefined : BigInt(count);
}

/**
 * Reads a quantity as {@link parseQuantity} does.
 * @throws UsageError naming it, where it is none
 */
export function requireQuantity(name: string, text: string): bigint {
  const quantity = parseQuantity(text);
  if (quantity !== undefined) return quantity;
  throw new UsageError('invalid_quantity', `${name}: expected a whole number such as 12000, 12k or 1.5M.`);
}
