import { isObject, parseJson } from '../reading/json.ts';
import { priceKey, readPricing } from '../reading/pricing.ts';
import type { PriceRow } from './applicablePrice.ts';
import { circumstancesAt, judge, readConditions } from './conditions.ts';
import { type ComponentUsage, promptSize, readQuantities } from './usage.ts';

/** Whether entries with different conditions apply to a request, so that their order in upstream's list decides. */
export function isOrderNeeded(prices: readonly PriceRow[], usage: ComponentUsage, at: Date): boolean {
  const conditions = new Set(prices.map(({ condition }) => condition).filter((condition) => condition !== ''));
  if (conditions.size < 2) return false;
  const circumstances = circumstancesAt(at, promptSize(readQuantities(usage)));
  const possible = [...conditions].filter((condition) => judge(readConditions(condition), circumstances) === 'holds');
  return possible.length > 1;
}

/** The position of each price in a model's document, by {@link priceKey}; empty where it has no readable pricing. */
export function readOrder(document: string): ReadonlyMap<string, number> {
  const parsed = parseJson(document);
  const pricing = isObject(parsed) ? parsed.pricing : undefined;
  return new Map(isObject(pricing) ? [...readPricing(pricing).prices.keys()].map((key, index) => [key, index]) : []);
}

/** Adds to prices their positions, as far as the document has them. */
export function applyOrder(prices: readonly PriceRow[], order: ReadonlyMap<string, number>): readonly PriceRow[] {
  return prices.map((price) => {
    const place = order.get(priceKey(price.component, price.condition));
    return place === undefined ? price : { ...price, order: place };
  });
}
