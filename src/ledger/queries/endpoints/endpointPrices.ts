import { sql } from 'drizzle-orm';
import { getOrMake, groupBy } from '../../../core/collections.ts';
import { type PriceRow, sortByPrecedence } from '../../../core/pricing/applicablePrice.ts';
import { Timetable } from '../../../core/pricing/timetable.ts';
import { readStoredPrice, type StoredPrice } from '../../store/intervals.ts';
import type { Ledger } from '../../store/open.ts';

interface Row extends StoredPrice {
  readonly endpoint: number;
  readonly provider: string;
  readonly tag: string;
}

interface EndpointPrices {
  /** In lower case: its provider, its tag, and the tag without the precision. */
  readonly names: readonly string[];
  readonly prices: Timetable;
}

/**
 * Looks up the prices of a model's provider, which is named by its name or tag, at an instant: those of each of its
 * endpoints. Each model is read once.
 */
export function prepareEndpointPrices(
  ledger: Ledger,
): (model: string, provider: string, at: string) => (readonly PriceRow[])[] {
  const models = new Map<string, readonly EndpointPrices[]>();
  return (model, provider, at) => {
    const endpoints = getOrMake(models, model, () => readEndpoints(ledger, model));
    const wanted = provider.trim().toLowerCase();
    return endpoints
      .filter(({ names }) => names.includes(wanted))
      .map(({ prices }) => sortByPrecedence(prices.at(at)))
      .filter((prices) => prices.length > 0);
  };
}

function readEndpoints({ orm }: Ledger, model: string): EndpointPrices[] {
  const rows =
    orm.all<Row>(sql`SELECT e.id AS endpoint, e.provider, e.tag, p.component, p.condition, p.price, p.dynamic,
      p.valid_from AS validFrom, p.valid_to AS validTo
    FROM endpoints AS e JOIN endpoint_prices AS p ON p.endpoint_id = e.id WHERE e.model_id = ${model}`);
  return [...groupBy(rows, ({ endpoint }) => endpoint).values()].map((all) => {
    const [{ provider = '', tag = '' } = {}] = all;
    const names = [provider, tag, tag.replace(/\/.*/s, '')].map((name) => name.toLowerCase());
    return { names, prices: new Timetable(all.map(readStoredPrice)) };
  });
}
