import Big from 'big.js';

/** `12000`, `12_000`, `12k`, `1.5M`: exact; undefined for what is no whole number, 0 or more. */
export function parseQuantity(text: string): bigint | undefined {
  const [, number, unit = ''] = /^(\d{1,15}(?:\.\d{1,6})?)([kM]?)$/.exec(text.replaceAll(/[_,\s]/g, '')) ?? [];
  const factor = { '': '1', k: '1000', M: '1000000' }[unit];
  const count = number === undefined || factor === undefined ? undefined : new Big(number).times(factor).toFixed();
  return count === undefined || count.includes('.') ? undefined : BigInt(count);
}
