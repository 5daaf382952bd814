import { writeMetrics } from '../core/notification/metrics.ts';
import { lastGoodFinish } from '../ledger/queries/coverage.ts';
import { readMetrics } from '../ledger/queries/metrics.ts';
import type { Answer } from './http/answer.ts';
import { json } from './http/errors.ts';
import type { View } from './source/ledgerSource.ts';

const HEADERS = { 'cache-control': 'no-store' };

/** The numbers in Prometheus's text format. */
export function metrics({ ledger }: View): Answer {
  return {
    type: 'text/plain; version=0.0.4; charset=utf-8',
    body: writeMetrics(readMetrics(ledger)),
    headers: HEADERS,
  };
}

/**
 * Whether the record is being kept: 503 when the last good run ended longer ago than that.
 * @param maxAgeMs null: any age will do
 */
export function health({ ledger }: View, now: Date, maxAgeMs: number | null): Answer {
  const last = lastGoodFinish(ledger);
  const ageMs = last === null ? null : now.getTime() - Date.parse(last);
  const ok = maxAgeMs === null || (ageMs !== null && ageMs <= maxAgeMs);
  const seconds = (ms: number | null): number | null => (ms === null ? null : Math.round(ms / 1000));
  const body = { ok, last_good_run_at: last, age_seconds: seconds(ageMs), max_age_seconds: seconds(maxAgeMs) };
  return { ...json(body), status: ok ? 200 : 503, headers: HEADERS };
}
