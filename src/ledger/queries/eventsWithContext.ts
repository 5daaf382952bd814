import type { Verdict } from '../../core/endpoints/verdict.ts';
import type { BaseOffer } from '../../core/pricing/offers.ts';
import type { Ledger } from '../store/open.ts';
import { prepareBasePrices } from './basePrices.ts';
import { prepareVerdicts } from './endpoints/verdicts.ts';
import { type EventRow, prepareTurns } from './events.ts';

/** What a reader would ask next about an event. */
interface EventContext extends BaseOffer {
  /** Of a removal: since when the model had been listed. Of a return: since when it had been gone. Else null. */
  readonly since: string | null;
  /** Whether it was in the first list, so that it may have been listed before `since`. */
  readonly sinceBefore: boolean;
  /** Of a repricing; null where no endpoints were recorded. */
  readonly verdict: Verdict | null;
}

export interface EventWithContext extends EventRow, EventContext {}

export const NO_OFFER: BaseOffer = { prompt: null, completion: null, contextLength: null };
const NOTHING: EventContext = { ...NO_OFFER, since: null, sinceBefore: false, verdict: null };

export function* addContext(ledger: Ledger, events: Iterable<EventRow>): Iterable<EventWithContext> {
  const contextOf = prepareContext(ledger);
  // Not `{ ...event }`, which takes ten times as long for an object with a fraction in it.
  for (const event of events) {
    const whole: Record<string, unknown> = {};
    yield Object.assign(whole, event, NOTHING, contextOf(event));
  }
}

function prepareContext(ledger: Ledger): (event: EventRow) => Partial<EventContext> {
  const offerAt = prepareBasePrices(ledger);
  const { came, went } = prepareTurns(ledger);
  const verdictOf = prepareVerdicts(ledger);
  return ({ type, run, field, model, observedAt, previousObservedAt }) => {
    switch (type) {
      case 'added':
        return offerAt(model, observedAt);
      case 'removed': {
        const turn = came.get({ model, before: observedAt });
        const offer = previousObservedAt === null ? NO_OFFER : offerAt(model, previousObservedAt);
        return { ...offer, since: turn?.observedAt ?? null, sinceBefore: turn?.previousObservedAt === null };
      }
      case 'restored': {
        const turn = went.get({ model, before: observedAt });
        return { ...offerAt(model, observedAt), since: turn?.observedAt ?? null };
      }
      case 'repriced':
        return { verdict: verdictOf(run, model, field) };
      default:
        return NOTHING;
    }
  };
}
