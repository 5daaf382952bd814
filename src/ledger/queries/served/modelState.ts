import { type Lifecycle, readLifecycle } from '../../../core/diff/lifecycle.ts';
import { isInForce, type TimedPrice } from '../../../core/pricing/timetable.ts';
import type { Limits } from '../../../core/reading/limits.ts';
import { END_OF_TIME } from '../../../core/time/instant.ts';
import type { Ledger } from '../../store/open.ts';
import { type EventRow, eventsOf } from '../events.ts';
import { limitsAt, type ModelFacts, preparePriceHistory } from '../model.ts';

/** Everything about one model at an instant (null: now). */
export interface ModelState {
  readonly facts: ModelFacts;
  readonly at: string | null;
  readonly lifecycle: Lifecycle;
  readonly limits: Limits | undefined;
  readonly prices: readonly TimedPrice[];
  readonly history: readonly TimedPrice[];
  readonly events: readonly EventRow[];
}

/** Everything about a model at an instant; where it was gone, its prices and limits are those it had last. */
export function modelStateAt(ledger: Ledger, facts: ModelFacts, at: string | null): ModelState {
  const events = eventsOf(ledger, facts.id);
  const lifecycle = readLifecycle(events, at);
  const lookAt = lifecycle.listed ? at : lifecycle.lastSeenAt;
  const history = preparePriceHistory(ledger)(facts.id).filter(({ validFrom }) => at === null || validFrom <= at);
  const inForce = history.filter((period) => isInForce(period, lookAt ?? END_OF_TIME));
  return {
    facts,
    at,
    lifecycle,
    history,
    prices: lifecycle.firstSeenAt === null ? [] : inForce,
    limits: lifecycle.firstSeenAt === null ? undefined : limitsAt(ledger, facts.id, lookAt),
    events: events.filter(({ observedAt }) => at === null || observedAt <= at),
  };
}
