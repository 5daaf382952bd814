import type { FieldChange } from '../../core/diff/changes.ts';
import { defaultPriceAt } from '../../core/diff/defaultPrice.ts';
import type { Pair } from '../../core/endpoints/cheapestPairs.ts';
import { compareEndpoints, type EndpointFieldChange } from '../../core/endpoints/compare.ts';
import { type Endpoint, type Label, labelKey } from '../../core/endpoints/endpoint.ts';
import { matchEndpoints } from '../../core/endpoints/match.ts';
import type { Ledger } from '../store/open.ts';
import type { EndpointChange, Look, LookChange } from './look.ts';
import { byPreference, type EndpointState, freeTwin, readStates } from './state.ts';
import type { EndpointStatements } from './statements.ts';
import { EndpointWriter } from './writer.ts';

/** The endpoints of one model, answer by answer. */
export class EndpointProjection {
  readonly #statements: EndpointStatements;
  readonly #writer: EndpointWriter;
  #states: readonly EndpointState[];

  /** @param ids what endpoints that come anew are to be called, in their order; then what SQLite chooses */
  constructor(ledger: Ledger, statements: EndpointStatements, model: string, ids: readonly number[] = []) {
    this.#statements = statements;
    this.#writer = new EndpointWriter(model, statements, ids);
    this.#states = readStates(ledger, model);
  }

  /** Whether the same answer once more would change something: what is missing would be believed gone. */
  get isUnsettled(): boolean {
    return this.#states.some(({ presence }) => presence === 'missing');
  }

  /** Moves on to the next answer: writes its events and intervals. */
  advance(look: Look): EndpointChange[] {
    const { pairs, fresh, missing, kept } = matchEndpoints(this.#states, look.answer);
    const touched = new Set([...pairs.map(({ known }) => known), ...missing, ...kept]);
    const next: EndpointState[] = this.#states.filter((state) => !touched.has(state));
    const changes: EndpointChange[] = [];
    next.push(...kept);
    for (const state of missing) next.push(this.#miss(look, state, changes));
    // What ends comes before what begins: a label that one leaves may be taken by another.
    for (const pair of pairs) {
      if (isRelabelled(pair)) next.push(this.#leave(look, pair.known));
    }
    for (const pair of pairs) {
      if (!isRelabelled(pair)) next.push(this.#keep(look, pair, changes));
    }
    for (const pair of pairs) {
      if (isRelabelled(pair)) this.#relabel(look, pair, next, changes);
    }
    for (const endpoint of fresh) {
      const state = this.#writer.add(look, endpoint, freeTwin(next, endpoint.label), null);
      next.push(state);
      this.#writer.recordChanges(look, state, [{ type: 'added' }], changes);
    }
    this.#states = next.sort(byPreference);
    return changes;
  }

  /** Puts aside what could not be believed. */
  quarantine(look: Look): void {
    this.#writer.putAside(look);
  }

  /** The row of an endpoint of the newest answer. */
  stateOf(endpoint: Endpoint): { readonly label: Label; readonly twin: number } | undefined {
    const state = this.#states.find((one) => one.endpoint === endpoint);
    return state && { label: state.endpoint.label, twin: state.twin };
  }

  #miss(look: Look, state: EndpointState, changes: EndpointChange[]): EndpointState {
    if (state.presence === 'listed') return this.#writer.end(look, state, 'missing');
    const { missingSince: observedAt, lastSeenAt: previousObservedAt } = state;
    if (observedAt === null) throw new TypeError(`endpoint ${state.id} is missing since never`);
    const gone = this.#writer.put({ ...state, presence: 'removed' });
    // Both answers without it are needed to believe it, but it is since the first that nobody has seen it.
    this.#writer.recordChanges({ ...look, observedAt, previousObservedAt }, gone, [{ type: 'removed' }], changes);
    return gone;
  }

  #leave(look: Look, state: EndpointState): EndpointState {
    return state.presence === 'listed'
      ? this.#writer.end(look, state, 'removed')
      : this.#writer.put({ ...state, presence: 'removed' });
  }

  #keep(look: Look, { known, endpoint, isAmbiguous }: Pair<EndpointState>, changes: EndpointChange[]): EndpointState {
    const differs = known.endpoint.identity !== endpoint.identity;
    if (known.presence === 'listed' && !differs) return { ...known, endpoint };
    const lifecycle: LookChange[] = known.presence === 'removed' ? [{ type: 'restored' }] : [];
    const fields = markDoubt(this.#compare(look, known, endpoint), isAmbiguous);
    const state = this.#writer.put({ ...known, endpoint, presence: 'listed', lastSeenAt: null, missingSince: null });
    this.#writer.writeIntervals(look, state.id, known.presence === 'listed' ? known.endpoint : null, endpoint);
    this.#writer.recordChanges(look, state, [...lifecycle, ...fields], changes);
    return state;
  }

  /** The endpoint goes on in the row of its new label: that of one that left, else a new one. */
  #relabel(look: Look, pair: Pair<EndpointState>, next: EndpointState[], changes: EndpointChange[]): void {
    const { known, endpoint, isAmbiguous } = pair;
    const key = labelKey(endpoint.label);
    const at = next.findIndex((row) => row.presence === 'removed' && labelKey(row.endpoint.label) === key);
    const dormant = next[at];
    const state = dormant
      ? this.#revive(look, dormant, endpoint, known.id)
      : this.#writer.add(look, endpoint, freeTwin(next, endpoint.label), known.id);
    if (dormant) next[at] = state;
    else next.push(state);
    this.#writer.recordChanges(look, state, markDoubt(this.#compare(look, known, endpoint), isAmbiguous), changes);
  }

  #revive(look: Look, row: EndpointState, endpoint: Endpoint, continues: number): EndpointState {
    const alive = { ...row, endpoint, continues, presence: 'listed' as const, lastSeenAt: null, missingSince: null };
    const state = this.#writer.put(alive);
    this.#writer.writeIntervals(look, state.id, null, endpoint);
    return state;
  }

  #compare({ previousObservedAt }: Look, { id, endpoint: before }: EndpointState, after: Endpoint): FieldChange[] {
    return compareEndpoints(before, after, (component) => {
      const at = previousObservedAt ?? '';
      return defaultPriceAt(this.#statements.pricesOf(id, component, at), at);
    });
  }
}

function isRelabelled({ known, endpoint }: Pair<EndpointState>): boolean {
  return labelKey(known.endpoint.label) !== labelKey(endpoint.label);
}

/** News of twins that may as well be another's says so; what is no news needs no doubt. */
function markDoubt(changes: readonly FieldChange[], isAmbiguous: boolean): readonly EndpointFieldChange[] {
  if (!isAmbiguous) return changes;
  return changes.map((change) => ({ ...change, cause: change.cause ?? 'ambiguous' }));
}
