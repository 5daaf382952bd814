import { sql } from 'drizzle-orm';
import { getOrMake } from '../../core/collections.ts';
import type { PriceRow } from '../../core/pricing/applicablePrice.ts';
import type { Unpriced } from '../../core/pricing/modelSum.ts';
import { applyOrder, isOrderNeeded, readOrder } from '../../core/pricing/precedence.ts';
import { Timetable } from '../../core/pricing/timetable.ts';
import type { ComponentUsage } from '../../core/pricing/usage.ts';
import { END_OF_TIME } from '../../core/time/instant.ts';
import type { Ledger } from '../store/open.ts';
import type { ArchivedOrder } from './bills/archivedOrder.ts';
import { coverageOf } from './coverage.ts';
import { isListed } from './listing.ts';
import { preparePriceHistory } from './model.ts';

/** The prices of any model at any instant, each model read once. */
export class PriceBook {
  readonly #ledger: Ledger;
  readonly #historyOf: ReturnType<typeof preparePriceHistory>;
  readonly #timetables = new Map<string, Timetable | null>();
  readonly #archived: ArchivedOrder | undefined;

  private constructor(ledger: Ledger, archived: ArchivedOrder | undefined) {
    this.#ledger = ledger;
    this.#historyOf = preparePriceHistory(ledger);
    this.#archived = archived;
  }

  /** @param models those whose past prices are asked for; archived bodies are read only where one of them needs it */
  static async open(ledger: Ledger, models: readonly string[]): Promise<PriceBook> {
    if (models.length === 0 || !hasSeveralConditions(ledger, models)) return new PriceBook(ledger, undefined);
    const { prepareArchivedOrder } = await import('./bills/archivedOrder.ts');
    return new PriceBook(ledger, prepareArchivedOrder(ledger));
  }

  /** The prices for a request; in upstream's order where more than one condition may apply. */
  pricesFor(model: string, at: string, clock: Date, usage: ComponentUsage): readonly PriceRow[] | Unpriced {
    const timetable = this.#timetable(model);
    if (timetable === null) return 'unknown_model';
    const prices = timetable.at(at);
    if (prices.length === 0) return this.#whyNone(model, at);
    return isOrderNeeded(prices, usage, clock) ? applyOrder(prices, this.#order(model, at)) : prices;
  }

  /** The instants at which any price of a model began or ended, in order. */
  boundsOf(model: string): readonly string[] {
    return this.#timetable(model)?.bounds ?? [];
  }

  /** Why a model has no prices; none at all is no reason, as upstream may list a model without any. */
  #whyNone(model: string, at: string): readonly PriceRow[] | Unpriced {
    const instant = at === END_OF_TIME ? null : at;
    if (isListed(this.#ledger, model, instant)) return [];
    const first = coverageOf(this.#ledger)?.first;
    return instant !== null && first !== undefined && instant < first ? 'not_observed' : 'not_listed';
  }

  #timetable(model: string): Timetable | null {
    return getOrMake(this.#timetables, model, () => {
      const history = this.#historyOf(model);
      const isKnown = history.length > 0 || documentOf(this.#ledger, model) !== undefined;
      return isKnown ? new Timetable(history) : null;
    });
  }

  /** Empty where upstream's order is not known. */
  #order(model: string, at: string): ReadonlyMap<string, number> {
    if (at !== END_OF_TIME) return this.#archived?.(model, at) ?? new Map();
    return readOrder(documentOf(this.#ledger, model) ?? '{}');
  }
}

function documentOf({ orm }: Ledger, model: string): string | undefined {
  return orm.get<{ document: string } | undefined>(sql`SELECT document FROM models WHERE id = ${model}`)?.document;
}

function hasSeveralConditions({ orm }: Ledger, models: readonly string[]): boolean {
  const found = orm.get(sql`SELECT 1 FROM pricing_history
    WHERE model_id IN (SELECT value FROM json_each(${JSON.stringify(models)})) AND condition <> ''
    GROUP BY model_id HAVING count(DISTINCT condition) > 1 LIMIT 1`);
  return found !== undefined;
}
