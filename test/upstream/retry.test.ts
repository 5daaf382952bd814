import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readRetryAfter } from '../../src/http/retryAfter.ts';
import { LIMITS } from '../../src/upstream/openrouter/requestLimits.ts';
import { chooseDelay } from '../../src/upstream/openrouter/retry.ts';

const NOW = Date.UTC(2026, 5, 1, 12, 0, 0);

describe('Retry-After', () => {
  it.each([
    ['0', 0],
    ['120', 120_000],
    ['99999999999999999999', 1e23],
    ['Mon, 01 Jun 2026 12:00:30 GMT', 30_000],
    ['Monday, 01-Jun-26 12:00:30 GMT', 30_000],
    ['Mon, 01 Jun 2026 11:00:00 GMT', 0],
    ['-5', undefined],
    ['1.5', undefined],
    ['soon', undefined],
    ['', undefined],
    [null, undefined],
  ])('%j asks for %j ms', (value, expected) => {
    expect(readRetryAfter(value, NOW)).toBe(expected);
  });
});

describe('the pause before the next attempt', () => {
  const timing = { ...LIMITS, random: () => 0 };

  it('doubles up to its longest', () => {
    const delays = [1, 2, 3, 4, 5, 6, 7].map((attempt) => chooseDelay(timing, attempt, undefined));
    expect(delays).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
  });

  it('is stretched by chance to at most twice its length', () => {
    expect(chooseDelay({ ...timing, random: () => 0.5 }, 2, undefined)).toBe(3000);
    expect(chooseDelay({ ...timing, random: () => 0.999 }, 2, undefined)).toBe(3998);
  });

  it('is never shorter than upstream asked for, nor longer than the cap because of it', () => {
    fc.assert(
      fc.property(
        fc.nat(10),
        fc.integer({ min: 0, max: 1e9 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (n, asked, chance) => {
          const delay = chooseDelay({ ...timing, random: () => chance }, n + 1, asked);
          expect(delay).toBeGreaterThanOrEqual(Math.min(asked, timing.retryAfterCapMs));
          expect(delay).toBeLessThanOrEqual(Math.max(timing.maxDelayMs, timing.retryAfterCapMs));
        },
      ),
    );
  });
});
