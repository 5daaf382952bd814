import { UsageError } from '../errors.ts';
import { type Amount, DYNAMIC, perToken } from '../reading/price.ts';
import type { PriceRow } from './applicablePrice.ts';

/** One model of a price list. */
export interface Offer {
  readonly model: string;
  readonly name: string | null;
  readonly author: string;
  /** Tokens; null where upstream names none. */
  readonly contextLength: number | null;
  readonly maxCompletionTokens: number | null;
  /** When upstream says it was made, or when it was first seen: an instant. */
  readonly since: string;
  readonly parameters: readonly string[];
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** All prices in force, base prices and those of `overrides`. */
  readonly prices: readonly PriceRow[];
}

/** A model's base prices and context length; null where none was given. */
export interface BaseOffer {
  /** Exact USD per token, `dynamic`, or null. */
  readonly prompt: string | null;
  readonly completion: string | null;
  /** Tokens. */
  readonly contextLength: number | null;
}

/** The base price of a component: exact USD, `dynamic`, or null where none is listed. */
export function basePrice({ prices }: Pick<Offer, 'prices'>, component: string): Amount | null {
  const row = prices.find((price) => price.component === component && price.condition === '');
  if (row === undefined) return null;
  return row.dynamic ? DYNAMIC : row.price;
}

export function basePrices(offer: Pick<Offer, 'prices'>): Pick<BaseOffer, 'prompt' | 'completion'> {
  return { prompt: basePrice(offer, 'prompt'), completion: basePrice(offer, 'completion') };
}

export function isDynamic({ prices }: Pick<Offer, 'prices'>): boolean {
  return prices.some(({ dynamic }) => dynamic);
}

/** Whether nothing it lists costs anything; a model without prices is not free but unpriced. */
export function isFree({ prices }: Pick<Offer, 'prices'>): boolean {
  const paid = prices.filter(({ component }) => component !== 'discount');
  return paid.length > 0 && paid.every(({ price }) => price === '0');
}

/** USD per million tokens as a person writes it, as USD per token. */
export function readPerMillion(text: string): Amount {
  const price = perToken(text.replace(/^\$/, ''));
  if (price !== undefined) return price;
  const hint = 'Write USD per million prompt tokens, such as 0.5.';
  throw new UsageError('bad_price', `"${text}" is not a price.`, { hint });
}
