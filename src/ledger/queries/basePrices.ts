import type { BaseOffer } from '../../core/pricing/offers.ts';
import { DYNAMIC } from '../../core/reading/price.ts';
import type { Ledger } from '../store/open.ts';

/** Prepares lookups of a model's base prices and context length at an instant. */
export function prepareBasePrices({ sqlite }: Ledger): (model: string, at: string) => BaseOffer {
  const inForce = 'model_id = @model AND valid_from <= @at AND (valid_to IS NULL OR valid_to > @at)';
  const prices = sqlite.prepare<[Lookup], { component: string; price: string | null }>(
    `SELECT component, price FROM pricing_history
      WHERE ${inForce} AND condition = '' AND component IN ('prompt', 'completion')`,
  );
  const limits = sqlite.prepare<[Lookup], { contextLength: number | null }>(
    `SELECT context_length AS contextLength FROM provider_limits WHERE ${inForce}`,
  );
  return (model, at) => {
    const rows = prices.all({ model, at });
    const priceOf = (component: string): string | null => {
      const row = rows.find((other) => other.component === component);
      return row === undefined ? null : (row.price ?? DYNAMIC);
    };
    const contextLength = limits.get({ model, at })?.contextLength ?? null;
    return { prompt: priceOf('prompt'), completion: priceOf('completion'), contextLength };
  };
}

interface Lookup {
  readonly model: string;
  readonly at: string;
}
