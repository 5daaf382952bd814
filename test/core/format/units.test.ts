import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bytesWords, countWords, digits, durationWords, exactCount } from '../../../src/core/format/units.ts';

const SECOND = 1000;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

test.each([
  [0, '0'],
  [999, '999'],
  [1000, '1k'],
  [8192, '8.19k'],
  [128_000, '128k'],
  [131_072, '131k'],
  [999_499, '999k'],
  [999_999, '1M'],
  [1_048_576, '1.05M'],
  [2_000_000_000, '2B'],
  [1_200_000_000_000n, '1.2T'],
  [12_345_678_000_000_000n, '12300T'],
])('the count %s reads %s', (count, expected) => {
  expect(countWords(count)).toBe(expected);
});

test.each([
  [128_000, '128k'],
  [131_072, '131,072'],
  [1_048_576, '1,048,576'],
  [1_050_000, '1.05M'],
  [512, '512'],
])('the limit %s reads %s, which is exact', (count, expected) => {
  expect(exactCount(count)).toBe(expected);
});

test('all digits of a number are grouped, its fraction is not', () => {
  expect([0, 999, 1000, 1_234_567, -1234, 10n ** 12n, '1250.5', '0.0000001'].map(digits)).toEqual([
    '0',
    '999',
    '1,000',
    '1,234,567',
    '-1,234',
    '1,000,000,000,000',
    '1,250.5',
    '0.0000001',
  ]);
});

test('grouping loses no digit', () => {
  fc.assert(
    fc.property(fc.bigInt(), (value) => {
      expect(digits(value).replaceAll(',', '')).toBe(value.toString());
    }),
  );
});

test.each([
  [0, '0 ms'],
  [250, '250 ms'],
  [1999, '1 s'],
  [90 * SECOND, '1 min 30 s'],
  [HOUR, '1 h'],
  [3 * DAY + 4 * HOUR + 59 * 60 * SECOND, '3 d 4 h'],
  [3 * DAY + 5 * SECOND, '3 d'],
  [323 * DAY, '323 d'],
  [-90 * SECOND, '-1 min 30 s'],
])('the span of %s ms reads %s', (ms, expected) => {
  expect(durationWords(ms)).toBe(expected);
});

test.each([
  [0, '0 B'],
  [512, '512 B'],
  [1000, '1 kB'],
  [1_237_000, '1.24 MB'],
  [67_108_864, '67.1 MB'],
  [9_990_000_000_000_000, '9990 TB'],
])('%s bytes read %s', (bytes, expected) => {
  expect(bytesWords(bytes)).toBe(expected);
});
