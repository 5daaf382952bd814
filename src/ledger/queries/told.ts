import type { Ledger } from '../open.ts';
import { type EventRow, lastLifeEvent } from './events.ts';
import { type Offer, offerAt } from './then.ts';

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
  return events.map((event) => tell(ledger, event));
}

function tell(ledger: Ledger, event: EventRow): Told {
  const { model, observedAt, previousObservedAt } = event;
  switch (event.type) {
    case 'added':
      return { ...event, ...offerAt(ledger, model, observedAt), since: null, sinceBefore: false };
    case 'removed': {
      const came = lastLifeEvent(ledger, model, ['added', 'restored'], observedAt);
      const offer = previousObservedAt === null ? NOTHING : offerAt(ledger, model, previousObservedAt);
      return { ...event, ...offer, since: came?.observedAt ?? null, sinceBefore: came?.previousObservedAt === null };
    }
    case 'restored': {
      const went = lastLifeEvent(ledger, model, ['removed'], observedAt);
      const offer = offerAt(ledger, model, observedAt);
      return { ...event, ...offer, since: went?.observedAt ?? null, sinceBefore: false };
    }
    default:
      return { ...event, ...NOTHING, since: null, sinceBefore: false };
  }
}
