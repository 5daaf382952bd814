import { basePrices, isFree, type Offer } from '../pricing/offers.ts';
import type { Amount } from '../reading/price.ts';
import { fits } from './filter.ts';

export interface OfferFilter {
  /** Every one must be supported. */
  readonly parameters?: readonly string[] | undefined;
  /** `image`, `image->`, `->image` or `image->text`; every one must match. */
  readonly modalities?: readonly string[] | undefined;
  /** The most a prompt token may cost, exact USD. */
  readonly maxPrice?: Amount | undefined;
  /** The most a completion token may cost, exact USD. */
  readonly maxCompletionPrice?: Amount | undefined;
  readonly free?: boolean | undefined;
  /** Only what costs something. */
  readonly paid?: boolean | undefined;
  readonly minContext?: number | undefined;
}

/** The offers that match; filters that the served list has too follow the same rules. */
export function filterOffers<T extends Offer>(offers: readonly T[], filter: OfferFilter): T[] {
  const { parameters, modalities = [], maxPrice, maxCompletionPrice, free, paid, minContext } = filter;
  const wanted = modalities.map(readModality);
  const prices = { promptPrice: { max: maxPrice }, completionPrice: { max: maxCompletionPrice } };
  const others = { parameters, minContext, isFree: free, ...prices };
  return offers.filter(
    (offer) => fits(facetsOf(offer), others, 0) && (!paid || !isFree(offer)) && wanted.every((suits) => suits(offer)),
  );
}

function facetsOf(offer: Offer) {
  const { model: id, contextLength, parameters } = offer;
  const { prompt, completion } = basePrices(offer);
  return { id, contextLength, parameters, prompt, completion, isFree: isFree(offer) };
}

function readModality(text: string): (offer: Offer) => boolean {
  const [left = '', right] = text.toLowerCase().split('->');
  if (right === undefined) return ({ inputs, outputs }) => inputs.includes(left) || outputs.includes(left);
  const has = (list: readonly string[], wanted: string): boolean =>
    wanted === '' || wanted.split('+').every((modality) => list.includes(modality));
  return ({ inputs, outputs }) => has(inputs, left) && has(outputs, right);
}
