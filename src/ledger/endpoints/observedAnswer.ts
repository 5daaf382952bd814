import type { ListChange } from '../../core/diff/changes.ts';
import type { EndpointList } from '../../core/endpoints/answer.ts';
import type { EndpointFieldChange } from '../../core/endpoints/compare.ts';
import type { Label } from '../../core/endpoints/endpoint.ts';

/** One answer of one model, to be written to the tables. */
export interface ObservedAnswer {
  readonly sweepId: number;
  readonly model: string;
  readonly observedAt: string;
  /** When the model answered before; null: this is its first answer. */
  readonly previousObservedAt: string | null;
  /** Empty where the model has no endpoints, or is no longer listed. */
  readonly answer: Pick<EndpointList, 'endpoints' | 'broken'>;
}

export const NO_ENDPOINTS: ObservedAnswer['answer'] = { endpoints: [], broken: [] };

export type EndpointChange = Exclude<ListChange, { readonly field: string }> | EndpointFieldChange;

/** One change, as reported after a sweep. */
export interface ReportedChange {
  readonly label: Label;
  readonly change: EndpointChange;
}

export interface ReportedChanges {
  readonly model: string;
  readonly changes: readonly ReportedChange[];
}

/** The columns of an event; one of the lifecycle has neither a field nor values. */
export function changeValues(change: EndpointChange) {
  const { type } = change;
  if (!('field' in change)) return { type, field: null, oldValue: null, newValue: null, cause: null, changePct: null };
  const { field, before: oldValue, after: newValue, cause, changePct } = change;
  return { type, field, oldValue, newValue, cause, changePct };
}
