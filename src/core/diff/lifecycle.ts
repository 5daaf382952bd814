import type { Instant } from '../time/instant.ts';
import { LIFECYCLE_TYPES } from './changes.ts';

/** A time without the model, `[from, to)`; null: still gone. */
interface Absence {
  readonly from: Instant;
  readonly to: Instant | null;
}

export interface LifecycleEvent {
  readonly type: string;
  readonly observedAt: Instant;
  readonly previousObservedAt: Instant | null;
}

/** A model's coming and going as it was known at an instant. */
export interface Lifecycle {
  readonly firstSeenAt: Instant | null;
  /** It was in the first list anyone looked at, so it may be older. */
  readonly isOlder: boolean;
  readonly listed: boolean;
  readonly removedAt: Instant | null;
  /** The last instant at which it was observed as listed; null while listed. */
  readonly lastSeenAt: Instant | null;
  readonly absences: readonly Absence[];
}

/**
 * Reads a life from its events.
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
