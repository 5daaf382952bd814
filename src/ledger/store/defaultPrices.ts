import type { DefaultPrice } from '../../core/diff/causes.ts';
import { defaultPriceAt } from '../../core/diff/defaultPrice.ts';
import type { Ledger } from './open.ts';
import { readStoredPrice, STORED_PRICE, type StoredPrice } from './storedPrice.ts';

/**
 * Looks up what the components of a model cost outside of their schedules, as it was known at an instant. It is read from
 * the intervals, which say of every instant what had been observed by then, also while older lists are put in between.
 */
export function prepareDefaultPrices({ sqlite }: Ledger): (model: string, at: string) => DefaultPrice {
  const periods = sqlite.prepare<[string, string, string], StoredPrice>(
    `SELECT ${STORED_PRICE}
      FROM pricing_history WHERE model_id = ? AND component = ? AND valid_from <= ?`,
  );
  return (model, at) => (component) => defaultPriceAt(periods.all(model, component, at).map(readStoredPrice), at);
}
