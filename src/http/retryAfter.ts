/**
 * Reads `Retry-After`, seconds or an HTTP date (RFC 9110, 10.2.3).
 * @param now milliseconds since 1970, for the date form
 * @returns milliseconds, never negative; undefined where the header is absent or is neither form
 */
export function readRetryAfter(value: string | null, now: number): number | undefined {
  if (value === null) return undefined;
  if (/^\d+$/.test(value)) return Number(value) * 1000;
  // Date.parse alone would take "-5" for a month.
  const instant = /^[A-Z][a-z]{2,8},? /.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(instant) ? undefined : Math.max(0, instant - now);
}
