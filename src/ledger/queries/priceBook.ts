import { sql } from 'drizzle-orm';
import type { Catalog, readCatalog } from '../../core/catalog.ts';
import type { Absence } from '../../core/logBill.ts';
import { applyOrder, isOrderNeeded, readOrder } from '../../core/precedence.ts';
import type { PriceRow } from '../../core/quote.ts';
import { justAfter } from '../../core/time.ts';
import { Timetable } from '../../core/timetable.ts';
import type { Usage } from '../../core/usage.ts';
import { Archive } from '../archive.ts';
import type { Ledger } from '../open.ts';
import { lastAccepted, type TimelineRun } from '../timeline.ts';
import { priceHistory } from './model.ts';

type ReadCatalog = typeof readCatalog;

/** Sorts behind every instant: what is in force then is in force now. */
export const OPEN_END = '9999';

/** The prices of any model at any instant, each model read once. */
export class PriceBook {
  readonly #ledger: Ledger;
  readonly #timetables = new Map<string, Timetable | null>();
  readonly #orders = new Map<string, ReadonlyMap<string, number>>();
  readonly #readCatalog: ReadCatalog | undefined;
  #archive: Archive | undefined;
  #last: { readonly sha256: string; readonly catalog: Catalog } | undefined;

  private constructor(ledger: Ledger, read: ReadCatalog | undefined) {
    this.#ledger = ledger;
    this.#readCatalog = read;
  }

  /** @param models of which the past is asked for; what reads an archived body is loaded only where one of them needs it */
  static async open(ledger: Ledger, models: readonly string[]): Promise<PriceBook> {
    const isOrderly = models.length === 0 || !hasSeveralConditions(ledger, models);
    return new PriceBook(ledger, isOrderly ? undefined : (await import('../../core/catalog.ts')).readCatalog);
  }

  /** The rows that price a request; in upstream's order where more than one condition may apply to it. */
  pricesFor(model: string, at: string, clock: Date, usage: Usage): readonly PriceRow[] | Absence {
    const timetable = this.#timetable(model);
    if (timetable === null) return 'unknown_model';
    const prices = timetable.at(at);
    if (prices.length === 0) return 'not_listed';
    return isOrderNeeded(prices, usage, clock) ? applyOrder(prices, this.#order(model, at)) : prices;
  }

  #timetable(model: string): Timetable | null {
    let timetable = this.#timetables.get(model);
    if (timetable === undefined) {
      const isKnown = documentOf(this.#ledger, model) !== undefined;
      timetable = isKnown ? new Timetable(priceHistory(this.#ledger, model)) : null;
      this.#timetables.set(model, timetable);
    }
    return timetable;
  }

  /** From the newest document there is, or from the newest body observed by then in which the model could be read. */
  #order(model: string, at: string): ReadonlyMap<string, number> {
    const key = `${at === OPEN_END ? '' : (this.#observedBy(at)?.sha256 ?? '')} ${model}`;
    let order = this.#orders.get(key);
    if (order === undefined) {
      const document = at === OPEN_END ? documentOf(this.#ledger, model) : this.#archived(model, at);
      order = document === undefined ? new Map() : readOrder(document);
      this.#orders.set(key, order);
    }
    return order;
  }

  #observedBy(at: string): TimelineRun | undefined {
    return lastAccepted(this.#ledger, justAfter(at));
  }

  #archived(model: string, at: string): string | undefined {
    let run = this.#observedBy(at);
    while (run !== undefined) {
      const text = this.#catalogOf(run.sha256)?.models.get(model)?.text;
      if (text !== undefined) return text;
      run = lastAccepted(this.#ledger, run.observedAt);
    }
    return undefined;
  }

  #catalogOf(sha256: string): Catalog | undefined {
    if (this.#last?.sha256 !== sha256 && this.#readCatalog !== undefined) {
      this.#archive ??= new Archive(this.#ledger);
      const catalog = this.#readCatalog(this.#archive.get(sha256), this.#last?.catalog);
      this.#last = { sha256, catalog };
    }
    return this.#last?.catalog;
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
