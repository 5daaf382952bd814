import { diffPrices } from '../../core/diff/diffPrices.ts';
import type { KnownEndpoint } from '../../core/endpoints/cheapestPairs.ts';
import { documentOf, type Endpoint, endpointLimits } from '../../core/endpoints/endpoint.ts';
import { priceValues } from '../store/storedPrice.ts';
import { changeValues, type EndpointChange, type Look, type LookChange } from './look.ts';
import type { EndpointState } from './state.ts';
import type { EndpointStatements } from './statements.ts';

/** Writes what becomes of the endpoints of one model: their rows, intervals and events. */
export class EndpointWriter {
  readonly #model: string;
  readonly #write: EndpointStatements;
  readonly #ids: number[];

  /** @param ids what endpoints that come anew are to be called, in their order; then what SQLite chooses */
  constructor(model: string, write: EndpointStatements, ids: readonly number[]) {
    this.#model = model;
    this.#write = write;
    this.#ids = [...ids];
  }

  add(look: Look, endpoint: Endpoint, twin: number, continues: number | null): EndpointState {
    const lifecycle = { lastSeenAt: null, missingSince: null, continues };
    const row = { modelId: this.#model, ...endpoint.label, twin, firstSeenAt: look.observedAt, removedAt: null };
    const id = this.#ids.shift() ?? null;
    const added = this.#write.addEndpoint.run({ ...row, ...lifecycle, id, document: documentOf(endpoint) });
    this.writeIntervals(look, added, null, endpoint);
    return { id: added, twin, endpoint, presence: 'listed', ...lifecycle };
  }

  put(state: EndpointState): EndpointState {
    const { id, endpoint, presence, lastSeenAt, missingSince, continues } = state;
    const removedAt = presence === 'removed' ? missingSince : null;
    this.#write.putEndpoint.run({
      ...{ id, lastSeenAt, missingSince, removedAt, continues },
      document: documentOf(endpoint),
    });
    return state;
  }

  writeIntervals(look: Look, endpointId: number, before: Endpoint | null, after: Endpoint): void {
    const { sweepId: sweep, observedAt: at } = look;
    const opened = { endpointId, validFrom: at, openedBy: sweep };
    for (const { component, condition, before: was, after: amount } of diffPrices(
      before?.offer.prices ?? new Map(),
      after.offer.prices,
    )) {
      if (was !== null) this.#write.closePrice.run({ at, sweep, endpointId, component, condition });
      if (amount === null) continue;
      this.#write.addPrice.run({ ...opened, component, condition, ...priceValues(amount) });
    }
    const limits = endpointLimits(after);
    if (before && JSON.stringify(endpointLimits(before)) === JSON.stringify(limits)) return;
    if (before) this.#write.closeLimits.run({ at, sweep, endpointId });
    this.#write.addLimits.run({ ...opened, ...limits });
  }

  /** Its intervals end with the first answer that lacks it. */
  end(
    { sweepId: sweep, observedAt: at, previousObservedAt }: Look,
    state: EndpointState,
    presence: KnownEndpoint['presence'],
  ): EndpointState {
    const { id: endpointId } = state;
    this.#write.closePrices.run({ at, sweep, endpointId });
    this.#write.closeLimits.run({ at, sweep, endpointId });
    return this.put({ ...state, presence, lastSeenAt: previousObservedAt, missingSince: at });
  }

  /** @param reported takes them too, for whoever reports the sweep */
  recordChanges(look: Look, state: EndpointState, changes: readonly LookChange[], reported: EndpointChange[]): void {
    const { sweepId, observedAt, previousObservedAt } = look;
    for (const change of changes) {
      this.#write.addEvent.run({
        ...{ sweepId, observedAt, previousObservedAt, endpointId: state.id, modelId: this.#model },
        ...changeValues(change),
      });
      reported.push({ label: state.endpoint.label, change });
    }
  }

  /** Puts aside what could not be believed. */
  putAside({ sweepId, answer }: Look): void {
    for (const { position, issues, document } of answer.broken) {
      const row = { sweepId, modelId: this.#model, position, document };
      this.#write.addQuarantined.run({ ...row, issues: JSON.stringify(issues) });
    }
  }
}
