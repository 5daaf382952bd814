import type { Instant } from './instant.ts';

/** Fewer gaps than this are no rhythm. */
const LEAST_GAPS = 2;

/** The usual time between observations, in milliseconds: the median of the gaps; null where there are too few. */
export function usualGapMs(instants: readonly Instant[]): number | null {
  const times = instants.map((instant) => Date.parse(instant)).sort((a, b) => a - b);
  const gaps = times
    .slice(1)
    .map((time, index) => time - (times[index] ?? time))
    .sort((a, b) => a - b);
  return gaps.length < LEAST_GAPS ? null : (gaps[Math.floor((gaps.length - 1) / 2)] ?? null);
}
