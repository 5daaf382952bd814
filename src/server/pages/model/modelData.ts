import type { PriceRow } from '../../../core/pricing/applicablePrice.ts';
import { bill } from '../../../core/pricing/bill.ts';
import { applyOrder, readOrder } from '../../../core/pricing/precedence.ts';
import { requireQuantity } from '../../../core/pricing/quantity.ts';
import { snakeCase } from '../../../core/pricing/usageNames.ts';
import { COMPONENTS, unitOf } from '../../../core/reading/components.ts';
import { coverageOf } from '../../../ledger/queries/coverage.ts';
import { listEndpointsAt } from '../../../ledger/queries/endpoints/endpointsAt.ts';
import { judgeEvents } from '../../../ledger/queries/endpoints/verdicts.ts';
import { findModel, limitsHistory } from '../../../ledger/queries/model.ts';
import { modelStateAt } from '../../../ledger/queries/served/modelState.ts';
import { notListed } from '../../api/model.ts';
import { listAt, type Question } from '../../question.ts';
import { modelPath } from '../../site.ts';
import { orProblem } from '../form.tsx';
import { frameOf } from '../layout.tsx';
import { line } from '../words.ts';

/** How many changes the page shows. */
const LATEST = 60;

/** The form always asks for these quantities, and for others only if the model has a price for them. */
const ALWAYS: readonly string[] = ['prompt', 'completion'];

export type ModelPage = ReturnType<typeof modelData>;

/**
 * Everything that the page of a model shows.
 * @throws RequestError for an id that had not been listed by then
 */
export function modelData(question: Question, id: string) {
  const { ledger } = question.view;
  const list = listAt(question);
  const { observedAt } = list.run;
  const at = question.request.asOf();
  const facts = findModel(ledger, id, at);
  if (facts === undefined || (at !== null && facts.firstSeenAt > at)) throw notListed(question.view, id);
  const state = modelStateAt(ledger, facts, at);
  const served = list.byId.get(id);
  // The prices in force, or else the last ones, in upstream's order if that is known.
  const prices = served === undefined ? state.prices : applyOrder(state.prices, readOrder(served.recorded));
  const path = modelPath(id);
  return {
    frame: { ...frameOf(question, path, observedAt), title: line(facts.name ?? id), feed: `${path}/feed` },
    state,
    prices,
    document: served?.document,
    cost: costOf(question, prices),
    limits: limitsHistory(ledger, id).filter(({ validFrom }) => at === null || validFrom <= at),
    /** The time for which prices can be drawn. */
    record: { first: coverageOf(ledger)?.first ?? observedAt, last: observedAt },
    /** The cheapest first; empty if no endpoints were recorded. */
    endpoints: listEndpointsAt(ledger, id, at),
    /** Newest first; the page of changes has all of them. */
    latest: judgeEvents(ledger, state.events.slice(-LATEST).reverse()),
  };
}

export type Cost = ReturnType<typeof costOf>;

/** The fields of the form, and the bill if quantities were given. */
function costOf({ request, site }: Question, prices: readonly PriceRow[]) {
  const isPerToken = unitOf('image', prices) === 'image token';
  const priced = new Set(
    prices.map(({ component }) => (isPerToken && component === 'image' ? 'image_token' : component)),
  );
  const known = COMPONENTS.filter(({ component }) => ALWAYS.includes(component) || priced.has(component));
  const fields = known.map(({ component, field }) => ({
    component,
    name: snakeCase(field),
    value: request.first(snakeCase(field)) ?? '',
  }));
  const given = site.isStatic ? [] : fields.filter(({ value }) => value !== '');
  if (given.length === 0) return { fields, bill: null, problem: null };
  const [made, problem] = orProblem(() => {
    const usage = new Map(given.map(({ component, name, value }) => [component, requireQuantity(name, value)]));
    return bill(prices, usage, request.clock());
  }, null);
  return { fields, bill: made, problem };
}
