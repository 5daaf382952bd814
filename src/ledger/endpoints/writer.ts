import { eq } from 'drizzle-orm';
import { documentOf, type Endpoint, limitsOfEndpoint } from '../../core/endpoints/endpoint.ts';
import { prepareDefaultPrices, prepareIntervals } from '../store/intervals.ts';
import type { Ledger } from '../store/open.ts';
import { bindInsert, bindUpdate, value } from '../store/statements.ts';
import { changeValues, type EndpointChange, type ObservedAnswer, type ReportedChange } from './observedAnswer.ts';
import { endpointEvents, endpointQuarantine, endpoints } from './schema/endpoints.ts';
import { OF_ENDPOINTS } from './schema/intervals.ts';
import type { EndpointState } from './state.ts';

/** Writes the rows, intervals and events of endpoints; prepared once for all models. */
export class EndpointWriter {
  readonly defaultPrices;
  readonly #write;

  constructor(ledger: Ledger) {
    const isThis = eq(endpoints.id, value('id'));
    const changing = ['lastSeenAt', 'missingSince', 'removedAt', 'continues', 'document'] as const;
    this.defaultPrices = prepareDefaultPrices(ledger, OF_ENDPOINTS);
    this.#write = {
      intervals: prepareIntervals(ledger, OF_ENDPOINTS),
      addEndpoint: bindInsert(ledger, endpoints),
      putEndpoint: bindUpdate(ledger, endpoints, isThis, ...changing),
      addEvent: bindInsert(ledger, endpointEvents, 'id'),
      addQuarantined: bindInsert(ledger, endpointQuarantine, 'id'),
    };
  }

  /** @param origin its id (null: SQLite chooses), and the endpoint that it continues */
  add(
    seen: ObservedAnswer,
    endpoint: Endpoint,
    twin: number,
    origin: { id: number | null; continues: number | null },
  ): EndpointState {
    const lifecycle = { lastSeenAt: null, missingSince: null, continues: origin.continues };
    const row = { modelId: seen.model, ...endpoint.label, twin, firstSeenAt: seen.observedAt, removedAt: null };
    const id = this.#write.addEndpoint.run({ ...row, ...lifecycle, id: origin.id, document: documentOf(endpoint) });
    const state = { id, twin, endpoint, presence: 'listed' as const, ...lifecycle };
    this.#begin(seen, state, undefined);
    return state;
  }

  /** Updates the row and the intervals of an endpoint that is in the answer. */
  keep(seen: ObservedAnswer, before: EndpointState, endpoint: Endpoint, continues = before.continues): EndpointState {
    const there = { presence: 'listed' as const, lastSeenAt: null, missingSince: null };
    const state = this.put({ ...before, ...there, endpoint, continues });
    this.#begin(seen, state, before.presence === 'listed' ? before.endpoint : undefined);
    return state;
  }

  put(state: EndpointState): EndpointState {
    const { id, endpoint, presence, lastSeenAt, missingSince, continues } = state;
    const removedAt = presence === 'removed' ? missingSince : null;
    this.#write.putEndpoint.run({ id, lastSeenAt, missingSince, removedAt, continues, document: documentOf(endpoint) });
    return state;
  }

  /** Ends the intervals of an endpoint with the first answer that lacks it. */
  end(seen: ObservedAnswer, state: EndpointState, presence: 'missing' | 'removed'): EndpointState {
    const { sweepId, observedAt, previousObservedAt } = seen;
    this.#write.intervals.end(state.id, { at: observedAt, by: sweepId });
    return this.put({ ...state, presence, lastSeenAt: previousObservedAt, missingSince: observedAt });
  }

  /** @param reported the changes are added to it, to be reported after the sweep */
  recordChanges(
    seen: ObservedAnswer,
    state: EndpointState,
    changes: readonly EndpointChange[],
    reported: ReportedChange[],
  ): void {
    const { sweepId, model: modelId, observedAt, previousObservedAt } = seen;
    const about = { sweepId, modelId, endpointId: state.id, observedAt, previousObservedAt };
    for (const change of changes) {
      this.#write.addEvent.run({ ...about, ...changeValues(change) });
      reported.push({ label: state.endpoint.label, change });
    }
  }

  /** Records the broken endpoints of an answer. */
  putAside({ sweepId, model: modelId, answer }: ObservedAnswer): void {
    for (const { position, issues, document } of answer.broken) {
      this.#write.addQuarantined.run({ sweepId, modelId, position, document, issues: JSON.stringify(issues) });
    }
  }

  #begin({ sweepId, observedAt }: ObservedAnswer, { id, endpoint }: EndpointState, before: Endpoint | undefined): void {
    const sighting = { at: observedAt, by: sweepId };
    this.#write.intervals.change(id, sighting, before && termsOf(before), termsOf(endpoint));
  }
}

function termsOf(endpoint: Endpoint) {
  return { prices: endpoint.asModel.prices, limits: limitsOfEndpoint(endpoint) };
}
