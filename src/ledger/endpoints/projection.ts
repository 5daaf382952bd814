import { desc, eq, sql } from 'drizzle-orm';
import { type Change, diffPrices, type FieldChange } from '../../core/diff/changes.ts';
import { defaultPriceAt } from '../../core/diff/defaultPrice.ts';
import type { Answer } from '../../core/endpoints/answer.ts';
import { compareEndpoints, type EndpointFieldChange } from '../../core/endpoints/compare.ts';
import {
  documentOf,
  type Endpoint,
  endpointLimits,
  isBroken,
  type Label,
  labelKey,
  readEndpoint,
} from '../../core/endpoints/endpoint.ts';
import { type Known, matchEndpoints, type Pair } from '../../core/endpoints/match.ts';
import { parseJson } from '../../core/reading/json.ts';
import { DYNAMIC } from '../../core/reading/price.ts';
import type { Ledger } from '../store/open.ts';
import { endpoints } from './schema/endpoints.ts';
import type { EndpointStatements } from './statements.ts';

/** One answer of one model, as it goes into the tables. */
export interface Look {
  readonly sweepId: number;
  readonly observedAt: string;
  /** The model's answer before; null: this is its first. */
  readonly previousObservedAt: string | null;
  /** What it serves; nothing where the model has no endpoints now, or is listed no more. */
  readonly answer: Pick<Answer, 'endpoints' | 'broken'>;
}

export const NO_ENDPOINTS: Look['answer'] = { endpoints: [], broken: [] };

/** A row of `endpoints` with what it says. */
interface State extends Known {
  readonly id: number;
  readonly twin: number;
  readonly endpoint: Endpoint;
  readonly presence: Known['presence'];
  readonly lastSeenAt: string | null;
  readonly missingSince: string | null;
  readonly continues: number | null;
}

export type LookChange = Exclude<Change, { readonly field: string }> | EndpointFieldChange;

/** One change, as it is told after a sweep. */
export interface EndpointChange {
  readonly label: Label;
  readonly change: LookChange;
}

/** The endpoints of one model, answer by answer. */
export class EndpointProjection {
  readonly #model: string;
  readonly #write: EndpointStatements;
  readonly #ids: number[];
  #states: readonly State[];

  /** @param ids what endpoints that come anew are to be called, in their order; then what SQLite chooses */
  constructor(ledger: Ledger, write: EndpointStatements, model: string, ids: readonly number[] = []) {
    this.#model = model;
    this.#ids = [...ids];
    this.#write = write;
    const rows = ledger.orm
      .select()
      .from(endpoints)
      .where(eq(endpoints.modelId, model))
      // Of equals the first is preferred: those that are there, then those that left last.
      .orderBy(sql`${endpoints.removedAt} IS NOT NULL`, desc(endpoints.removedAt), endpoints.twin, endpoints.id)
      .all();
    this.#states = rows.map(({ id, twin, lastSeenAt, missingSince, removedAt, continues, document }) => ({
      ...{ id, twin, lastSeenAt, missingSince, continues, endpoint: recall(document) },
      presence: removedAt !== null ? 'removed' : missingSince !== null ? 'missing' : 'listed',
    }));
  }

  /** Whether the same answer once more would change something: what is missing would be believed gone. */
  get isUnsettled(): boolean {
    return this.#states.some(({ presence }) => presence === 'missing');
  }

  /** Moves on to the next answer: writes its events and intervals. */
  advance(look: Look): EndpointChange[] {
    const { pairs, fresh, missing, kept } = matchEndpoints(this.#states, look.answer);
    const touched = new Set([...pairs.map(({ known }) => known), ...missing, ...kept]);
    const next: State[] = this.#states.filter((state) => !touched.has(state));
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
      const state = this.#add(look, endpoint, next, null);
      next.push(state);
      this.#tell(look, state, [{ type: 'added' }], changes);
    }
    this.#states = next.sort(byPreference);
    return changes;
  }

  /** Puts aside what could not be believed. */
  quarantine({ sweepId, answer }: Look): void {
    for (const { position, issues, document } of answer.broken) {
      const row = { sweepId, modelId: this.#model, position, document };
      this.#write.addQuarantined.run({ ...row, issues: JSON.stringify(issues) });
    }
  }

  /** The row of an endpoint of the newest answer. */
  stateOf(endpoint: Endpoint): { readonly label: Label; readonly twin: number } | undefined {
    const state = this.#states.find((one) => one.endpoint === endpoint);
    return state && { label: state.endpoint.label, twin: state.twin };
  }

  #miss(look: Look, state: State, changes: EndpointChange[]): State {
    if (state.presence === 'listed') return this.#end(look, state, 'missing');
    const { missingSince: observedAt, lastSeenAt: previousObservedAt } = state;
    if (observedAt === null) throw new TypeError(`endpoint ${state.id} is missing since never`);
    const gone = this.#put({ ...state, presence: 'removed' });
    // Both answers without it are needed to believe it, but it is since the first that nobody has seen it.
    this.#tell({ ...look, observedAt, previousObservedAt }, gone, [{ type: 'removed' }], changes);
    return gone;
  }

  #leave(look: Look, state: State): State {
    return state.presence === 'listed'
      ? this.#end(look, state, 'removed')
      : this.#put({ ...state, presence: 'removed' });
  }

  /** Its intervals end with the first answer that lacks it. */
  #end({ sweepId: sweep, observedAt: at, previousObservedAt }: Look, state: State, presence: Known['presence']): State {
    const { id: endpointId } = state;
    this.#write.closePrices.run({ at, sweep, endpointId });
    this.#write.closeLimits.run({ at, sweep, endpointId });
    return this.#put({ ...state, presence, lastSeenAt: previousObservedAt, missingSince: at });
  }

  #keep(look: Look, { known, endpoint, isAmbiguous }: Pair<State>, changes: EndpointChange[]): State {
    const differs = known.endpoint.identity !== endpoint.identity;
    if (known.presence === 'listed' && !differs) return { ...known, endpoint };
    const lifecycle: LookChange[] = known.presence === 'removed' ? [{ type: 'restored' }] : [];
    const fields = markDoubt(this.#compare(look, known, endpoint), isAmbiguous);
    const state = this.#put({ ...known, endpoint, presence: 'listed', lastSeenAt: null, missingSince: null });
    this.#writeIntervals(look, state.id, known.presence === 'listed' ? known.endpoint : null, endpoint);
    this.#tell(look, state, [...lifecycle, ...fields], changes);
    return state;
  }

  /** The endpoint goes on in the row of its new label: that of one that left, else a new one. */
  #relabel(look: Look, pair: Pair<State>, next: State[], changes: EndpointChange[]): void {
    const { known, endpoint, isAmbiguous } = pair;
    const key = labelKey(endpoint.label);
    const at = next.findIndex((row) => row.presence === 'removed' && labelKey(row.endpoint.label) === key);
    const dormant = next[at];
    const state = dormant ? this.#revive(look, dormant, endpoint, known.id) : this.#add(look, endpoint, next, known.id);
    if (dormant) next[at] = state;
    else next.push(state);
    this.#tell(look, state, markDoubt(this.#compare(look, known, endpoint), isAmbiguous), changes);
  }

  #revive(look: Look, row: State, endpoint: Endpoint, continues: number): State {
    const alive = { ...row, endpoint, continues, presence: 'listed' as const, lastSeenAt: null, missingSince: null };
    const state = this.#put(alive);
    this.#writeIntervals(look, state.id, null, endpoint);
    return state;
  }

  #add(look: Look, endpoint: Endpoint, others: readonly State[], continues: number | null): State {
    const { label } = endpoint;
    const twin = freeTwin(others, label);
    const life = { lastSeenAt: null, missingSince: null, continues };
    const row = { modelId: this.#model, ...label, twin, firstSeenAt: look.observedAt, removedAt: null, ...life };
    const wanted = this.#ids.shift() ?? null;
    const id = this.#write.addEndpoint.run({ ...row, id: wanted, document: documentOf(endpoint) });
    this.#writeIntervals(look, id, null, endpoint);
    return { id, twin, endpoint, presence: 'listed', ...life };
  }

  #put(state: State): State {
    const { id, endpoint, presence, lastSeenAt, missingSince, continues } = state;
    const removedAt = presence === 'removed' ? missingSince : null;
    this.#write.putEndpoint.run({
      ...{ id, lastSeenAt, missingSince, removedAt, continues },
      document: documentOf(endpoint),
    });
    return state;
  }

  #writeIntervals(look: Look, endpointId: number, before: Endpoint | null, after: Endpoint): void {
    const { sweepId: sweep, observedAt: at } = look;
    const opened = { endpointId, validFrom: at, openedBy: sweep };
    for (const { component, condition, before: was, after: amount } of diffPrices(
      before?.offer.prices ?? new Map(),
      after.offer.prices,
    )) {
      if (was !== null) this.#write.closePrice.run({ at, sweep, endpointId, component, condition });
      if (amount === null) continue;
      const dynamic = amount === DYNAMIC ? 1 : 0;
      const price = dynamic === 1 ? null : amount;
      this.#write.addPrice.run({ ...opened, component, condition, price, dynamic });
    }
    const limits = endpointLimits(after);
    if (before && JSON.stringify(endpointLimits(before)) === JSON.stringify(limits)) return;
    if (before) this.#write.closeLimits.run({ at, sweep, endpointId });
    this.#write.addLimits.run({ ...opened, ...limits });
  }

  #compare({ previousObservedAt }: Look, { id, endpoint: before }: State, after: Endpoint): FieldChange[] {
    return compareEndpoints(before, after, (component) => {
      const at = previousObservedAt ?? '';
      return defaultPriceAt(this.#write.pricesOf(id, component, at), at);
    });
  }

  #tell(look: Look, state: State, changes: readonly LookChange[], told: EndpointChange[]): void {
    const { sweepId, observedAt, previousObservedAt } = look;
    for (const change of changes) {
      const field = 'field' in change ? change : undefined;
      this.#write.addEvent.run({
        ...{ sweepId, observedAt, previousObservedAt, endpointId: state.id, modelId: this.#model, type: change.type },
        field: field?.field ?? null,
        oldValue: field?.before ?? null,
        newValue: field?.after ?? null,
        cause: field?.cause ?? null,
        changePct: field?.changePct ?? null,
      });
      told.push({ label: state.endpoint.label, change });
    }
  }
}

function isRelabelled({ known, endpoint }: Pair<State>): boolean {
  return labelKey(known.endpoint.label) !== labelKey(endpoint.label);
}

/** News of twins that may as well be another's says so; what is no news needs no doubt. */
function markDoubt(changes: readonly FieldChange[], isAmbiguous: boolean): readonly EndpointFieldChange[] {
  if (!isAmbiguous) return changes;
  return changes.map((change) => ({ ...change, cause: change.cause ?? 'ambiguous' }));
}

function freeTwin(states: readonly State[], label: Label): number {
  const key = labelKey(label);
  const taken = new Set(states.filter((one) => labelKey(one.endpoint.label) === key).map(({ twin }) => twin));
  let twin = 0;
  while (taken.has(twin)) twin += 1;
  return twin;
}

/** The order in which the constructor reads them. */
function byPreference(a: State, b: State): number {
  const gone = (state: State): string => (state.presence === 'removed' ? (state.missingSince ?? '') : '');
  if ((gone(a) === '') !== (gone(b) === '')) return gone(a) === '' ? -1 : 1;
  if (gone(a) !== gone(b)) return gone(a) > gone(b) ? -1 : 1;
  return a.twin - b.twin || a.id - b.id;
}

function recall(document: string): Endpoint {
  const read = readEndpoint(parseJson(document), 0);
  if (isBroken(read)) throw new TypeError('a stored endpoint cannot be read');
  return read;
}
