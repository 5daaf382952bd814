import type { Verdict } from '../../../core/endpoints/verdict.ts';
import { HOUR_MS } from '../../../core/time/instant.ts';
import type { Ledger } from '../../store/open.ts';
import type { EventRow } from '../events.ts';
import { hasEndpoints } from './sweeps.ts';

/** Looks up the verdict on a `repriced` event of the list; null where no endpoints were ever recorded. */
export function prepareVerdicts(ledger: Ledger): (run: number, model: string, field: string | null) => Verdict | null {
  if (!hasEndpoints(ledger)) return () => null;
  const verdictOf = ledger.sqlite
    .prepare<[number, string, string | null], Verdict>(
      'SELECT verdict FROM headline_changes WHERE run_id = ? AND model_id = ? AND field = ?',
    )
    .pluck();
  return (run, model, field) => verdictOf.get(run, model, field) ?? null;
}

/** An event with its verdict. */
export interface JudgedEvent extends EventRow {
  /** Null where it is no repricing, or no endpoints were ever recorded. */
  readonly verdict: Verdict | null;
}

export function judgeEvents(ledger: Ledger, events: readonly EventRow[]): JudgedEvent[] {
  const verdictOf = prepareVerdicts(ledger);
  return events.map((event) => ({
    ...event,
    verdict: event.type === 'repriced' ? verdictOf(event.run, event.model, event.field) : null,
  }));
}

/** Looks up the verdict on a price between two instants: that of the events in between if all agree, else `unknown`. */
export function prepareNetVerdicts(ledger: Ledger, from: string, to: string) {
  if (!hasEndpoints(ledger)) return () => null;
  const verdictOf = ledger.sqlite
    .prepare<[string, string | null, string, string], Verdict | null>(
      `SELECT CASE WHEN min(verdict) = max(verdict) THEN min(verdict) ELSE 'unknown' END FROM headline_changes
        WHERE model_id = ? AND field = ? AND observed_at > ? AND observed_at <= ? HAVING count(*) > 0`,
    )
    .pluck();
  return (model: string, field: string | null): Verdict | null => verdictOf.get(model, field, from, to) ?? null;
}

/** How old a sweep may be to predict what is shown now. */
const FRESH_MS = 26 * HOUR_MS;

/**
 * Predicts the verdict on a listed price that changes now from the newest sweep: that another provider is shown, where
 * there are endpoints with the old price and with the new one already. The next sweep will tell.
 */
export function prepareExpectedVerdicts(
  { sqlite }: Ledger,
  now: string,
): (model: string, field: string, before: string | null, after: string | null) => Verdict | null {
  const since = new Date(Date.parse(now) - FRESH_MS).toISOString();
  const offers = sqlite
    .prepare<[string, string, string | null, string], number>(
      `SELECT count(*) FROM endpoints AS e JOIN endpoint_prices AS p ON p.endpoint_id = e.id AND p.valid_to IS NULL
        WHERE e.model_id = ? AND 'pricing.' || p.component || CASE p.condition WHEN '' THEN '' ELSE '[' || p.condition || ']' END = ?
          AND coalesce(p.price, 'dynamic') = ? AND EXISTS (SELECT 1 FROM endpoint_sweeps WHERE finished_at >= ?)`,
    )
    .pluck();
  const isOffered = (model: string, field: string, price: string | null): boolean =>
    (offers.get(model, field, price, since) ?? 0) > 0;
  return (model, field, before, after) =>
    isOffered(model, field, after) && isOffered(model, field, before) ? 'other provider' : null;
}
