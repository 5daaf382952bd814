import { compareText } from '../../core/collections.ts';
import type { Difference } from '../../ledger/queries/difference.ts';
import type { prepareNetVerdicts } from '../../ledger/queries/endpoints/verdicts.ts';
import { type EventWithContext, NO_OFFER } from '../../ledger/queries/eventsWithContext.ts';

/** Differences in the form of events. When they happened between the two instants is not known. */
export function toEvents(
  { model, lifecycle, changes, offer }: Difference,
  to: string,
  verdictOf: ReturnType<typeof prepareNetVerdicts>,
): EventWithContext[] {
  const instants = { observedAt: to, previousObservedAt: to, since: null, sinceBefore: false };
  const base = { run: 0, model, ...instants, verdict: null };
  const none = { field: null, before: null, after: null, cause: null, changePct: null };
  if (lifecycle !== null) return [{ ...base, ...none, ...offer, type: lifecycle }];
  return changes.map((change) => {
    const verdict = change.type === 'repriced' ? verdictOf(model, change.field) : null;
    return { ...base, ...NO_OFFER, ...change, verdict };
  });
}

export const WEIGHTIEST_FIRST = ['added', 'restored', 'removed', 'repriced', 'limits_changed', 'updated'] as const;

/** Sorts by model, the models with the weightiest difference first. */
export function sortEvents(events: readonly EventWithContext[]): EventWithContext[] {
  const weight = new Map<string, number>();
  for (const { model, type } of events)
    weight.set(model, Math.min(weight.get(model) ?? WEIGHTIEST_FIRST.length, WEIGHTIEST_FIRST.indexOf(type)));
  return [...events].sort(
    (a, b) => (weight.get(a.model) ?? 0) - (weight.get(b.model) ?? 0) || compareText(a.model, b.model),
  );
}
