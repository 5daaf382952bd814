import type { Instant } from '../time/instant.ts';
import { LIFECYCLE_TYPES } from './changes.ts';

/** A time in which the model was not listed, `[from, to)`; null: it still is not. */
interface Absence {
  readonly from: Instant;
  readonly to: Instant | null;
}

export interface LifecycleEvent {
  readonly type: string;
  readonly observedAt: Instant;
  readonly previousObservedAt: Instant | null;
}

/** When a model was listed, as it was known at an instant. */
export interface Lifecycle {
  readonly firstSeenAt: Instant | null;
  /** It was in the first list of the ledger, so it may be older than `firstSeenAt`. */
  readonly isOlder: boolean;
  readonly listed: boolean;
  readonly removedAt: Instant | null;
  /** The last instant at which it was observed as listed; null while listed. */
  readonly lastSeenAt: Instant | null;
  readonly absences: readonly Absence[];
}

/**
 * Reads a lifecycle from its events.
 * @param events of one model, oldest first
 * @param at what came later does not count; null: all counts
 */
export function readLifecycle(events: readonly LifecycleEvent[], at: Instant | null): Lifecycle {
  const known = events.filter(({ observedAt }) => at === null || observedAt <= at);
  const turns = known.filter(({ type }) => LIFECYCLE_TYPES.some((turn) => turn === type));
  const absences = turns.flatMap(({ type, observedAt }, index): Absence[] =>
    type === 'removed' ? [{ from: observedAt, to: turns[index + 1]?.observedAt ?? null }] : [],
  );
  const last = turns.at(-1);
  const listed = last !== undefined && last.type !== 'removed';
  const added = known.find(({ type }) => type === 'added');
  return {
    firstSeenAt: added?.observedAt ?? null,
    isOlder: added !== undefined && added.previousObservedAt === null,
    listed,
    removedAt: listed ? null : (last?.observedAt ?? null),
    lastSeenAt: listed ? null : (last?.previousObservedAt ?? null),
    absences,
  };
}
