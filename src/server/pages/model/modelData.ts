import { UsageError } from '../../../core/errors.ts';
import type { PriceRow } from '../../../core/pricing/applicablePrice.ts';
import { type Bill, bill } from '../../../core/pricing/bill.ts';
import { COMPONENTS } from '../../../core/pricing/components.ts';
import { applyOrder, readOrder } from '../../../core/pricing/precedence.ts';
import { parseQuantity } from '../../../core/pricing/quantity.ts';
import { snakeCase } from '../../../core/pricing/usageNames.ts';
import { coverageOf } from '../../../ledger/queries/coverage.ts';
import { listEndpointsAt, type ServedEndpoint } from '../../../ledger/queries/endpoints/endpointsAt.ts';
import { type JudgedEvent, judgeEvents } from '../../../ledger/queries/endpoints/verdicts.ts';
import { findModel, type LimitsPeriod, limitsHistory } from '../../../ledger/queries/model.ts';
import { lookAtModel, type ModelLook } from '../../../ledger/queries/served/lookAtModel.ts';
import { listAt } from '../../api/listAt.ts';
import { notListed } from '../../api/model.ts';
import type { Asked } from '../../http/asked.ts';
import { modelPath, type Site } from '../../site.ts';
import type { View } from '../../source/ledgerSource.ts';
import { type Frame, frameOf } from '../layout.tsx';
import { line } from '../words.ts';

export interface ModelPage {
  readonly frame: Frame;
  readonly look: ModelLook;
  /** In force, or those it had last; in upstream's order where that is known. */
  readonly prices: readonly PriceRow[];
  readonly limits: readonly LimitsPeriod[];
  /** Of the newest document that is known of then. */
  readonly document: Readonly<Record<string, unknown>> | undefined;
  readonly record: { readonly first: string; readonly last: string };
  /** Who serves it, the cheapest first; none where that was not recorded. */
  readonly endpoints: readonly ServedEndpoint[];
  readonly cost: Cost;
  /** Its newest changes, newest first; all of them are found under Changes. */
  readonly latest: readonly JudgedEvent[];
}

/** A request to be billed, and its bill where quantities were given. */
export interface Cost {
  readonly fields: readonly { readonly name: string; readonly component: string; readonly value: string }[];
  readonly bill: Bill | null;
  readonly problem: string | null;
}

/** Changes shown of one model. */
const LATEST = 60;

/** The quantities that everybody knows; others where the model has a price for them. */
const ALWAYS: readonly string[] = ['prompt', 'completion'];

/** @throws NotFound for an id that was never seen by then */
export function modelData(asked: Asked, view: View, site: Site, id: string): ModelPage {
  const list = listAt(asked, view);
  const at = asked.asOf();
  const facts = findModel(view.ledger, id, at);
  if (facts === undefined || (at !== null && facts.firstSeenAt > at)) throw notListed(view, id);
  const look = lookAtModel(view.ledger, facts, at);
  const served = list.byId.get(id);
  const prices = served === undefined ? look.prices : applyOrder(look.prices, readOrder(served.recorded));
  const record = coverageOf(view.ledger) ?? { first: list.run.observedAt, last: list.run.observedAt };
  return {
    frame: frameOf(asked, site, {
      ...{ title: line(facts.name ?? id), path: modelPath(id) },
      ...{ observedAt: list.run.observedAt, feed: `${modelPath(id)}/feed` },
    }),
    ...{
      look,
      prices,
      limits: limitsHistory(view.ledger, id).filter(({ validFrom }) => at === null || validFrom <= at),
    },
    ...{ document: served?.document, record: { first: record.first, last: list.run.observedAt } },
    endpoints: listEndpointsAt(view.ledger, id, at),
    cost: costOf(asked, prices, site),
    latest: judgeEvents(view.ledger, look.events.slice(-LATEST).reverse()),
  };
}

function costOf(asked: Asked, prices: readonly PriceRow[], site: Site): Cost {
  const known = COMPONENTS.filter(
    ({ component }) => ALWAYS.includes(component) || prices.some((row) => row.component === component),
  );
  const fields = known.map(({ component, field }) => ({
    component,
    name: snakeCase(field),
    value: asked.first(snakeCase(field)) ?? '',
  }));
  if (site.isStatic || fields.every(({ value }) => value === '')) return { fields, bill: null, problem: null };
  try {
    const usage = new Map(
      fields.flatMap(({ component, name, value }) =>
        value === '' ? [] : [[component, readQuantity(name, value)] as const],
      ),
    );
    const at = asked.asOf();
    return { fields, bill: bill(prices, usage, at === null ? asked.now() : new Date(at)), problem: null };
  } catch (error) {
    if (error instanceof UsageError) return { fields, bill: null, problem: error.message };
    throw error;
  }
}

function readQuantity(name: string, text: string): bigint {
  const quantity = parseQuantity(text);
  if (quantity !== undefined) return quantity;
  throw new UsageError('invalid_quantity', `${name}: expected a whole number such as 12000, 12k or 1.5M.`);
}
