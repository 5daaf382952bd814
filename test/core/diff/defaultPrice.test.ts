import { describe, expect, it } from 'vitest';
import { defaultPriceAt } from '../../../src/core/diff/defaultPrice.ts';

type Period = readonly [condition: string, price: string | null, validFrom: string, validTo: string | null];

const defaultAt = (at: string, ...periods: Period[]): string | null =>
  defaultPriceAt(
    periods.map(([condition, price, validFrom, validTo]) => {
      return { component: 'prompt', condition, price, dynamic: price === null, validFrom, validTo };
    }),
    at,
  );

const PEAK: Period = ['utc_end=400,utc_start=100', '2', '1', null];

describe('the default of a component', () => {
  it('is its newest base price that was not scheduled then', () => {
    const base: Period[] = [
      ['', '3', '1', '2'],
      ['', '1', '2', '3'],
      ['', '2', '3', null],
    ];
    expect(['1', '2', '3', '9'].map((at) => defaultAt(at, PEAK, ...base))).toEqual(['3', '1', '1', '1']);
  });

  it('is not one that was observed later', () => {
    expect(defaultAt('2', PEAK, ['', '2', '1', '3'], ['', '1', '3', null])).toBeNull();
  });

  it('may have come before there was a schedule, which has the same price now', () => {
    expect(defaultAt('5', ['', '2', '0', null], PEAK)).toBe('2');
    expect(defaultAt('0', ['', '2', '0', null], PEAK)).toBe('2');
  });

  it('may come as its price leaves the schedule', () => {
    const was: Period = ['utc_days=sunday', '1', '1', '3'];
    expect(['2', '3'].map((at) => defaultAt(at, ['', '1', '1', null], was))).toEqual([null, '1']);
  });

  it('survives an absence', () => {
    expect(defaultAt('9', ['', '1', '1', '2'], ['utc_days=sunday', '2', '1', '2'], ['', '2', '8', null])).toBe('2');
    const back: Period = ['utc_days=sunday', '2', '8', null];
    expect(defaultAt('9', ['', '1', '1', '2'], ['', '2', '8', null], back)).toBe('1');
  });

  it('may be decided per request', () => {
    expect(defaultAt('9', PEAK, ['', null, '1', null])).toBe('dynamic');
  });

  it('is none where every base price was scheduled', () => {
    expect(defaultAt('9', PEAK, ['', '2', '1', null])).toBeNull();
    expect(defaultAt('9')).toBeNull();
  });
});
