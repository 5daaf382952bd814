import type { Change } from '../../core/diff/changes.ts';
import type { EndpointList } from '../../core/endpoints/answer.ts';
import type { EndpointFieldChange } from '../../core/endpoints/compare.ts';
import type { Label } from '../../core/endpoints/endpoint.ts';

/** One answer of one model, as it goes into the tables. */
export interface Look {
  readonly sweepId: number;
  readonly model: string;
  readonly observedAt: string;
  /** The model's answer before; null: this is its first. */
  readonly previousObservedAt: string | null;
  /** What it serves; nothing where the model has no endpoints now, or is listed no more. */
  readonly answer: Pick<EndpointList, 'endpoints' | 'broken'>;
}

export const NO_ENDPOINTS: Look['answer'] = { endpoints: [], broken: [] };

export type LookChange = Exclude<Change, { readonly field: string }> | EndpointFieldChange;

/** One change, as it is told after a sweep. */
export interface EndpointChange {
  readonly label: Label;
  readonly change: LookChange;
}

export interface ModelChanges {
  readonly model: string;
  readonly changes: readonly EndpointChange[];
}

/** The columns of an event; what came or went has neither field nor values. */
export function changeValues(change: LookChange) {
  const { type } = change;
  if (!('field' in change)) return { type, field: null, oldValue: null, newValue: null, cause: null, changePct: null };
  const { field, before: oldValue, after: newValue, cause, changePct } = change;
  return { type, field, oldValue, newValue, cause, changePct };
}
