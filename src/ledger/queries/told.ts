import type { Ledger } from '../open.ts';
import { type EventRow, prepareTurns } from './events.ts';
import { type Offer, prepareOffers } from './then.ts';

/** An event with what a reader asks next: the offer of a model that came or went, and for how long it had been so. */
export interface Told extends EventRow, Offer {
  readonly [key: string]: unknown;
  /** Of a removal: since when the model had been listed. Of a return: since when it had been gone. Else null. */
  readonly since: string | null;
  /** Whether it was listed before anyone looked, so that `since` is the latest it can have begun. */
  readonly sinceBefore: boolean;
}

const NOTHING: Offer = { prompt: null, completion: null, contextLength: null };

export function tellEvents(ledger: Ledger, events: readonly EventRow[]): Told[] {
  const offerAt = prepareOffers(ledger);
  const { came, went } = prepareTurns(ledger);
  return events.map((event) => {
    const { model, observedAt, previousObservedAt } = event;
    const none = { ...event, ...NOTHING, since: null, sinceBefore: false };
    switch (event.type) {
      case 'added':
        return { ...none, ...offerAt(model, observedAt) };
      case 'removed': {
        const turn = came.get({ model, before: observedAt });
        const offer = previousObservedAt === null ? NOTHING : offerAt(model, previousObservedAt);
        const sinceBefore = turn?.previousObservedAt === null;
        return { ...none, ...offer, since: turn?.observedAt ?? null, sinceBefore };
      }
      case 'restored': {
        const turn = went.get({ model, before: observedAt });
        return { ...none, ...offerAt(model, observedAt), since: turn?.observedAt ?? null };
      }
      default:
        return none;
    }
  });
}
