import { sql } from 'drizzle-orm';
import { compareText, groupBy } from '../../core/collections.ts';
import type { Cause } from '../../core/diff/causes.ts';
import { type LeafEvent, type NetChange, netLeafChanges, netPriceChanges } from '../../core/diff/netChanges.ts';
import { type BaseOffer, basePrices } from '../../core/pricing/offers.ts';
import { prepareDefaultPrices } from '../store/intervals.ts';
import type { Ledger } from '../store/open.ts';
import { OF_MODELS } from '../store/schema/intervals.ts';
import { type ListingFilter, type PricedModel, pricesAt } from './listing.ts';

/** One model that differs between two instants. */
export interface Difference {
  readonly model: string;
  /** `added`, `removed` or `restored` where it is listed at one of them only; else null. */
  readonly lifecycle: 'added' | 'removed' | 'restored' | null;
  readonly changes: readonly NetChange[];
  /** At the later instant, of a removed model at the earlier one. */
  readonly offer: BaseOffer;
}

/** The net differences between two instants, by model: without what was undone in between. */
export function differencesBetween(
  ledger: Ledger,
  { from, to }: { readonly from: string; readonly to: string },
  filter: ListingFilter,
): Difference[] {
  const before = new Map(pricesAt(ledger, from, filter).map((offer) => [offer.model, offer]));
  const after = new Map(pricesAt(ledger, to, filter).map((offer) => [offer.model, offer]));
  const leaves = leafEvents(ledger, from, to);
  const known = knownBy(ledger, from);
  const defaultPrices = prepareDefaultPrices(ledger, OF_MODELS);
  const differences: Difference[] = [];
  for (const [model, now] of after) {
    const old = before.get(model);
    if (old === undefined) {
      const lifecycle = known.has(model) ? 'restored' : 'added';
      differences.push({ model, lifecycle, changes: [], offer: offerOf(now) });
      continue;
    }
    const changes = [
      ...netPriceChanges(model, old.prices, now.prices, defaultPrices(model, from)),
      ...netLeafChanges(leaves.get(model) ?? []),
    ];
    if (changes.length > 0) differences.push({ model, lifecycle: null, changes, offer: offerOf(now) });
  }
  for (const [model, old] of before) {
    if (!after.has(model)) differences.push({ model, lifecycle: 'removed', changes: [], offer: offerOf(old) });
  }
  return differences.sort((a, b) => compareText(a.model, b.model));
}

function offerOf(listed: PricedModel): BaseOffer {
  return { ...basePrices(listed), contextLength: listed.contextLength };
}

/** Changes of all leaves but prices within `(from, to]`, oldest first, by model. */
function leafEvents({ orm }: Ledger, from: string, to: string): ReadonlyMap<string, LeafEvent[]> {
  const rows = orm.all<LeafEvent & { model: string; cause: Cause | null }>(
    sql`SELECT e.model_id AS model, e.type, e.field, e.old_value AS before, e.new_value AS after, e.cause
      FROM sync_runs AS r CROSS JOIN change_events AS e ON e.run_id = r.id
      WHERE r.status = 'changed' AND r.observed_at > ${from} AND r.observed_at <= ${to}
        AND e.type IN ('updated', 'limits_changed') AND (e.cause IS NULL OR e.cause = 'drift')
      ORDER BY r.observed_at, r.id, e.id`,
  );
  return groupBy(rows, ({ model }) => model);
}

function knownBy({ orm }: Ledger, at: string): ReadonlySet<string> {
  const rows = orm.all<{ id: string }>(sql`SELECT id FROM models WHERE first_seen_at <= ${at}`);
  return new Set(rows.map(({ id }) => id));
}
