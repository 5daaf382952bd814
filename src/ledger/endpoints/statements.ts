import { and, eq, isNull } from 'drizzle-orm';
import type { TimedPrice } from '../../core/pricing/timetable.ts';
import { bind } from '../store/bind.ts';
import type { Ledger } from '../store/open.ts';
import { placeholders, value } from '../store/placeholders.ts';
import { readStoredPrice, STORED_PRICE, type StoredPrice } from '../store/storedPrice.ts';
import { endpointEvents, endpointQuarantine, endpoints } from './schema/endpoints.ts';
import { endpointLimits, endpointPrices } from './schema/intervals.ts';

/** What recording writes about endpoints, prepared once. */
export function prepareEndpointStatements({ orm, sqlite }: Ledger) {
  const prepare = (query: Parameters<typeof bind>[1]) => bind(sqlite, query);
  const close = { validTo: value('at'), closedBy: value('sweep') };
  const openPrices = and(eq(endpointPrices.endpointId, value('endpointId')), isNull(endpointPrices.validTo));
  const openLimits = and(eq(endpointLimits.endpointId, value('endpointId')), isNull(endpointLimits.validTo));
  const { lastSeenAt, missingSince, removedAt, continues, document } = placeholders(endpoints);
  const thisPrice = and(
    eq(endpointPrices.component, value('component')),
    eq(endpointPrices.condition, value('condition')),
  );
  const prices = sqlite.prepare<[number, string, string], StoredPrice>(
    `SELECT ${STORED_PRICE}
      FROM endpoint_prices WHERE endpoint_id = ? AND component = ? AND valid_from <= ?`,
  );
  return {
    /** What a component of an endpoint has cost, up to an instant. */
    pricesOf: (endpoint: number, component: string, at: string): TimedPrice[] =>
      prices.all(endpoint, component, at).map(readStoredPrice),
    addEndpoint: prepare(orm.insert(endpoints).values(placeholders(endpoints))),
    putEndpoint: prepare(
      orm
        .update(endpoints)
        .set({ lastSeenAt, missingSince, removedAt, continues, document })
        .where(eq(endpoints.id, value('id'))),
    ),
    addEvent: prepare(orm.insert(endpointEvents).values(placeholders(endpointEvents, 'id'))),
    addPrice: prepare(orm.insert(endpointPrices).values(placeholders(endpointPrices, 'id', 'validTo', 'closedBy'))),
    addLimits: prepare(orm.insert(endpointLimits).values(placeholders(endpointLimits, 'id', 'validTo', 'closedBy'))),
    addQuarantined: prepare(orm.insert(endpointQuarantine).values(placeholders(endpointQuarantine, 'id'))),
    closePrices: prepare(orm.update(endpointPrices).set(close).where(openPrices)),
    closePrice: prepare(orm.update(endpointPrices).set(close).where(and(openPrices, thisPrice))),
    closeLimits: prepare(orm.update(endpointLimits).set(close).where(openLimits)),
  };
}

export type EndpointStatements = ReturnType<typeof prepareEndpointStatements>;
