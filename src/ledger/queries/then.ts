import { sql } from 'drizzle-orm';
import type { Ledger } from '../open.ts';

/** What a model was offered for at an instant; null where nothing was said. */
export interface Offer {
  /** Exact USD per token, `dynamic`, or null. */
  readonly prompt: string | null;
  readonly completion: string | null;
  /** Tokens. */
  readonly contextLength: number | null;
}

/** A model's base prices and context at an instant, by the index of its rows. */
export function offerAt({ orm }: Ledger, model: string, at: string): Offer {
  const prices = orm.all<{ component: string; price: string | null }>(
    sql`SELECT component, price FROM pricing_history WHERE model_id = ${model} AND condition = ''
      AND component IN ('prompt', 'completion') AND valid_from <= ${at} AND (valid_to IS NULL OR valid_to > ${at})`,
  );
  const priceOf = (component: string): string | null => {
    const row = prices.find((other) => other.component === component);
    return row === undefined ? null : (row.price ?? 'dynamic');
  };
  const limits = orm.get<{ contextLength: number | null } | undefined>(
    sql`SELECT context_length AS contextLength FROM provider_limits WHERE model_id = ${model}
      AND valid_from <= ${at} AND (valid_to IS NULL OR valid_to > ${at})`,
  );
  return { prompt: priceOf('prompt'), completion: priceOf('completion'), contextLength: limits?.contextLength ?? null };
}
