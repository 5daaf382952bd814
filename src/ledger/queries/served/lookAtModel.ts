import { sql } from 'drizzle-orm';
import { type Lifecycle, readLifecycle } from '../../../core/diff/lifecycle.ts';
import type { Ledger } from '../../store/open.ts';
import { type EventRow, eventsOf } from '../events.ts';
import { type LimitsRow, limitsAt, type ModelFacts, type PricePeriod, preparePriceHistory } from '../model.ts';

/** Everything about one model at an instant (null: now). */
export interface ModelLook {
  readonly facts: ModelFacts;
  readonly at: string | null;
  readonly life: Lifecycle;
  readonly limits: LimitsRow | undefined;
  readonly prices: readonly PricePeriod[];
  readonly history: readonly PricePeriod[];
  readonly events: readonly EventRow[];
}

/** Everything about a model at an instant; where it was gone, its prices and limits are those it had last. */
export function lookAtModel(ledger: Ledger, facts: ModelFacts, at: string | null): ModelLook {
  const events = eventsOf(ledger, facts.id);
  const life = readLifecycle(events, at);
  const lookAt = life.listed ? at : life.lastSeenAt;
  const history = preparePriceHistory(ledger)(facts.id).filter(({ validFrom }) => at === null || validFrom <= at);
  const isInForce = ({ validFrom, validTo }: { validFrom: string; validTo: string | null }): boolean =>
    lookAt === null ? validTo === null : validFrom <= lookAt && (validTo === null || validTo > lookAt);
  return {
    facts,
    at,
    life,
    history,
    prices: life.firstSeenAt === null ? [] : history.filter(isInForce),
    limits: life.firstSeenAt === null ? undefined : limitsAt(ledger, facts.id, lookAt),
    events: events.filter(({ observedAt }) => at === null || observedAt <= at),
  };
}

/** Limits and the half-open interval in which they held; null: still. */
export interface LimitsPeriod extends LimitsRow {
  readonly validFrom: string;
  readonly validTo: string | null;
}

/** All limits that a model ever had, oldest first. */
export function limitsHistory({ orm }: Ledger, id: string): LimitsPeriod[] {
  return orm.all<LimitsPeriod>(sql`SELECT context_length AS contextLength,
      top_provider_context_length AS topProviderContextLength, max_completion_tokens AS maxCompletionTokens,
      is_moderated AS isModerated, request_prompt_tokens AS requestPromptTokens,
      request_completion_tokens AS requestCompletionTokens, valid_from AS validFrom, valid_to AS validTo
    FROM provider_limits WHERE model_id = ${id} ORDER BY valid_from, id`);
}
