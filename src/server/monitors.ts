import { writeMetrics } from '../core/notification/metrics.ts';
import { lastGoodFinish } from '../ledger/queries/coverage.ts';
import { readMetrics } from '../ledger/queries/metrics.ts';
import { type Answer, jsonAnswer } from './http/answer.ts';
import type { View } from './source/ledgerSource.ts';

const HEADERS = { 'cache-control': 'no-store' };

/** The metrics in Prometheus's text format. */
export function metrics({ ledger }: View): Answer {
  const body = writeMetrics(readMetrics(ledger));
  return { type: 'text/plain; version=0.0.4; charset=utf-8', body, headers: HEADERS };
}

/** Fails with 503 if the last good run ended longer ago than `maxAgeMs`; null: never. */
export function health({ ledger }: View, now: Date, maxAgeMs: number | null): Answer {
  const last = lastGoodFinish(ledger);
  const ageMs = last === null ? null : now.getTime() - Date.parse(last);
  const ok = maxAgeMs === null || (ageMs !== null && ageMs <= maxAgeMs);
  const seconds = (ms: number | null): number | null => (ms === null ? null : Math.round(ms / 1000));
  const body = { ok, last_good_run_at: last, age_seconds: seconds(ageMs), max_age_seconds: seconds(maxAgeMs) };
  return { ...jsonAnswer(body), status: ok ? 200 : 503, headers: HEADERS };
}
