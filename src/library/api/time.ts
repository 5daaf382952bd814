/**
 * A time: a `Date`, or a text as `--at` and `--since` read it (`2026-07-03`, `2026-07-03T18:00Z`, `7d` for seven days
 * ago), in UTC where it names no zone. A day, a month or a year is its first instant, but as `until` its last.
 */
export type Time = Date | string;
