import type { Pair } from '../../core/endpoints/cheapestPairs.ts';
import { compareEndpoints, type EndpointFieldChange } from '../../core/endpoints/compare.ts';
import { type Endpoint, labelKey } from '../../core/endpoints/endpoint.ts';
import { matchEndpoints } from '../../core/endpoints/match.ts';
import type { Ledger } from '../store/open.ts';
import type { EndpointChange, ObservedAnswer, ReportedChange } from './observedAnswer.ts';
import { byPreference, type EndpointState, freeTwin, readStates } from './state.ts';
import type { EndpointWriter } from './writer.ts';

/** Makes the tables of one model's endpoints, answer by answer. */
export class EndpointProjection {
  readonly #writer: EndpointWriter;
  readonly #ids: number[];
  #states: readonly EndpointState[];

  /** @param ids the ids for new endpoints, in order; when they are used up, SQLite chooses */
  constructor(ledger: Ledger, writer: EndpointWriter, model: string, ids: readonly number[] = []) {
    this.#writer = writer;
    this.#ids = [...ids];
    this.#states = readStates(ledger, model);
  }

  /** Whether even the same answer again would change something: a missing endpoint would be removed. */
  get hasMissing(): boolean {
    return this.#states.some(({ presence }) => presence === 'missing');
  }

  /**
   * Advances to the next answer: writes its events and intervals.
   * @param isNew it differs from the answer before, so that its broken endpoints are recorded too
   */
  advance(seen: ObservedAnswer, isNew: boolean): ReportedChange[] {
    const { pairs, fresh, missing } = matchEndpoints(this.#states, seen.answer);
    const touched = new Set([...pairs.map(({ known }) => known), ...missing]);
    const relabelled = pairs.filter(isRelabelled);
    const changes: ReportedChange[] = [];
    // What ends comes before what begins, as one endpoint may take the label that another leaves.
    const next = [
      ...this.#states.filter((state) => !touched.has(state)),
      ...missing.map((state) => this.#miss(seen, state, changes)),
      ...relabelled.map(({ known }) => this.#leave(seen, known)),
      ...pairs.filter((pair) => !isRelabelled(pair)).map((pair) => this.#keep(seen, pair, changes)),
    ];
    for (const pair of relabelled) this.#relabel(seen, pair, next, changes);
    for (const endpoint of fresh) {
      this.#writer.recordChanges(seen, this.#add(seen, endpoint, next, null), [{ type: 'added' }], changes);
    }
    this.#states = next.sort(byPreference);
    if (isNew) this.#writer.putAside(seen);
    return changes;
  }

  /** The row of an endpoint of the newest answer. */
  stateOf(endpoint: Endpoint): EndpointState | undefined {
    return this.#states.find((one) => one.endpoint === endpoint);
  }

  #miss(seen: ObservedAnswer, state: EndpointState, changes: ReportedChange[]): EndpointState {
    if (state.presence === 'listed') return this.#writer.end(seen, state, 'missing');
    const { missingSince: observedAt, lastSeenAt: previousObservedAt } = state;
    if (observedAt === null) throw new TypeError(`endpoint ${state.id} is missing since never`);
    const gone = this.#writer.put({ ...state, presence: 'removed' });
    // It takes two answers without it to believe that it is gone, but it is dated by the first of them.
    this.#writer.recordChanges({ ...seen, observedAt, previousObservedAt }, gone, [{ type: 'removed' }], changes);
    return gone;
  }

  #leave(seen: ObservedAnswer, state: EndpointState): EndpointState {
    return state.presence === 'listed'
      ? this.#writer.end(seen, state, 'removed')
      : this.#writer.put({ ...state, presence: 'removed' });
  }

  #keep(seen: ObservedAnswer, pair: Pair<EndpointState>, changes: ReportedChange[]): EndpointState {
    const { known, endpoint } = pair;
    const differs = known.endpoint.identity !== endpoint.identity;
    if (known.presence === 'listed' && !differs) return { ...known, endpoint };
    const lifecycle: EndpointChange[] = known.presence === 'removed' ? [{ type: 'restored' }] : [];
    const fields = this.#compare(seen, pair);
    const state = this.#writer.keep(seen, known, endpoint);
    this.#writer.recordChanges(seen, state, [...lifecycle, ...fields], changes);
    return state;
  }

  /** Continues the endpoint in a row with its new label: that of a removed endpoint, else a new one. */
  #relabel(seen: ObservedAnswer, pair: Pair<EndpointState>, next: EndpointState[], changes: ReportedChange[]): void {
    const { known, endpoint } = pair;
    const key = labelKey(endpoint.label);
    const at = next.findIndex((row) => row.presence === 'removed' && labelKey(row.endpoint.label) === key);
    const dormant = next[at];
    const state = dormant
      ? this.#writer.keep(seen, dormant, endpoint, known.id)
      : this.#add(seen, endpoint, next, known.id);
    if (dormant) next[at] = state;
    this.#writer.recordChanges(seen, state, this.#compare(seen, pair), changes);
  }

  #add(seen: ObservedAnswer, endpoint: Endpoint, next: EndpointState[], continues: number | null): EndpointState {
    const origin = { id: this.#ids.shift() ?? null, continues };
    const state = this.#writer.add(seen, endpoint, freeTwin(next, endpoint.label), origin);
    next.push(state);
    return state;
  }

  /** Marks changes as ambiguous where twins are, unless they have another cause. */
  #compare(
    seen: ObservedAnswer,
    { known, endpoint, isAmbiguous }: Pair<EndpointState>,
  ): readonly EndpointFieldChange[] {
    const defaultPrices = this.#writer.defaultPrices(known.id, seen.previousObservedAt ?? '');
    const changes = compareEndpoints(known.endpoint, endpoint, defaultPrices);
    return isAmbiguous ? changes.map((change) => ({ ...change, cause: change.cause ?? 'ambiguous' })) : changes;
  }
}

function isRelabelled({ known, endpoint }: Pair<EndpointState>): boolean {
  return labelKey(known.endpoint.label) !== labelKey(endpoint.label);
}
