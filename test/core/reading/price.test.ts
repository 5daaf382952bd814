import Big from 'big.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changePct, readAmount } from '../../../src/core/reading/price.ts';

describe('an amount', () => {
  it.each([
    ['0.000001', '0.000001'],
    ['0.0000010', '0.000001'],
    ['-0', '0'],
    ['0.000', '0'],
    ['-0.00', '0'],
    ['3', '3'],
    ['3.0', '3'],
    ['007.50', '7.5'],
    ['1e-7', '0.0000001'],
    ['2.5E+2', '250'],
    ['0.00000000000000000000123', '0.00000000000000000000123'],
    ['12345678901234567890.12345678901234567890123', '12345678901234567890.12345678901234567890123'],
  ])('%s is %s', (text, amount) => {
    expect(readAmount(text)).toBe(amount);
  });

  it.each(['-1', '-0.0000001', '-1e-9', '-1000000'])('%s is decided per request', (text) => {
    expect(readAmount(text)).toBe('dynamic');
  });

  it.each([
    ...['', ' ', ' 1', '1 ', '+1', '.5', '5.', '0x10', '1_000', '1,5', 'free', 'NaN', 'Infinity', '1e400', '1e-400'],
    ...['--1', '1e', '1.2.3', '٣', '1\n', '$1'],
  ])('%j is none', (text) => {
    expect(readAmount(text)).toBeUndefined();
  });

  it('comes back as it was, however it is written', () => {
    const decimal = fc.record({
      digits: fc.bigInt(1n, 10n ** 24n - 1n).map(String),
      places: fc.nat({ max: 23 }),
      zeros: fc.nat({ max: 5 }),
      leading: fc.nat({ max: 3 }),
    });
    fc.assert(
      fc.property(decimal, fc.boolean(), ({ digits, places, zeros, leading }, hasExponent) => {
        const padded = digits.padStart(places + 1, '0');
        const whole = padded.slice(0, padded.length - places);
        const fraction = padded.slice(padded.length - places).replace(/0+$/, '');
        const canonical = fraction === '' ? whole : `${whole}.${fraction}`;
        const written = hasExponent
          ? `${digits}e-${places}`
          : `${'0'.repeat(leading)}${whole}.${fraction}${'0'.repeat(zeros + (fraction === '' ? 1 : 0))}`;
        expect(readAmount(written)).toBe(canonical);
        expect(readAmount(canonical)).toBe(canonical);
      }),
      { numRuns: 300 },
    );
  });
});

describe('the percentage of a change', () => {
  it.each([
    ['0.000002', '0.000001', -50],
    ['0.000001', '0.000003', 200],
    ['0.0000006', '0.000000066', -89],
    ['3', '1', -66.66666666666667],
  ])('from %s to %s is %d', (before, after, percent) => {
    expect(changePct(before, after)).toBe(percent);
  });

  it('is the true percentage to 25 decimals, however many digits the amounts have', () => {
    const amount = fc
      .tuple(fc.nat(), fc.bigInt({ min: 1n, max: 10n ** 23n }))
      .map(([whole, fraction]) => readAmount(`${whole}.${String(fraction).padStart(23, '0')}`) ?? '');
    const Wide = Big();
    Wide.DP = 60;
    fc.assert(
      fc.property(amount, amount, (before, after) => {
        const exact = new Wide(after).minus(before).times(100).div(before);
        expect(changePct(before, after)).toBe(Number(exact.toFixed(25, 0)));
      }),
    );
  });

  it.each([
    [null, '1'],
    ['1', null],
    ['0', '1'],
    ['1', '0'],
    ['dynamic', '1'],
    ['1', 'dynamic'],
  ])('from %s to %s there is none', (before, after) => {
    expect(changePct(before, after)).toBeNull();
  });
});
