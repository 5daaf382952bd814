import Big from 'big.js';
import { compareText } from '../collections.ts';
import { UsageError } from '../errors.ts';
import { type Amount, comparePrices, isAmount } from '../reading/price.ts';
import { basePrice, type Offer } from './offers.ts';

/** `price` is the older name of `prompt`. */
export const SORTS = ['prompt', 'completion', 'blend', 'context', 'name', 'new', 'price'] as const;
export type Sort = (typeof SORTS)[number];

/** What a price list is sorted by. */
export interface OfferOrder {
  readonly sort: Sort;
  /** Sort from the greatest down; unless given, only contexts and ages are. */
  readonly isDescending?: boolean | undefined;
  readonly blend?: Blend | undefined;
}

/** Parts of prompt tokens to parts of completion tokens. */
export interface Blend {
  readonly prompt: string;
  readonly completion: string;
}

export const DEFAULT_BLEND: Blend = { prompt: '3', completion: '1' };

/** @throws UsageError when it is not of the form `3:1` */
export function readBlend(text: string): Blend {
  const [, prompt, completion] = /^(\d{1,6}(?:\.\d{1,6})?):(\d{1,6}(?:\.\d{1,6})?)$/.exec(text.trim()) ?? [];
  if (prompt === undefined || completion === undefined || Number(prompt) + Number(completion) === 0) {
    throw new UsageError('bad_blend', `"${text}" is not a blend.`, {
      hint: 'Write parts of prompt tokens to parts of completion tokens, such as 3:1.',
    });
  }
  return { prompt, completion };
}

/** USD per token of a blend of prompt and completion tokens; null where either has no price. */
export function blendedPrice(offer: Pick<Offer, 'prices'>, { prompt, completion }: Blend): Amount | null {
  const [input, output] = [basePrice(offer, 'prompt'), basePrice(offer, 'completion')];
  if (!isAmount(input) || !isAmount(output)) return null;
  const sum = new Precise(input).times(prompt).plus(new Precise(output).times(completion));
  return sum.div(new Precise(prompt).plus(completion)).toFixed();
}

/** Divides to more decimals than the 23 that a price has at most. */
const Precise = Big();
Precise.DP = 30;

/**
 * Sorts a price list; without a direction the cheapest, roomiest, alphabetically first or newest first. An offer whose
 * price is dynamic or missing comes last in either direction; ties are sorted by id.
 */
export function sortOffers<T extends Offer>(offers: readonly T[], order: OfferOrder): T[] {
  const { sort, blend = DEFAULT_BLEND, isDescending = sort === 'context' || sort === 'new' } = order;
  const byId = (a: T, b: T): number => compareText(a.model, b.model);
  const sign = isDescending ? -1 : 1;
  if (sort === 'name') return [...offers].sort((a, b) => sign * byId(a, b));
  if (sort === 'new') return [...offers].sort((a, b) => sign * compareText(a.since, b.since) || byId(a, b));
  const keyed = offers.map((offer) => ({ offer, keys: keysOf(offer, sort, blend) }));
  keyed.sort(
    ({ offer: a, keys: [left, leftTie] }, { offer: b, keys: [right, rightTie] }) =>
      comparePrices(left, right, sign) || comparePrices(leftTie, rightTie, sign) || byId(a, b),
  );
  return keyed.map(({ offer }) => offer);
}

/** The price or size that a model is sorted by, and the price that decides between equal ones. */
function keysOf(offer: Offer, sort: Sort, blend: Blend): readonly [Amount | null, Amount | null] {
  if (sort === 'context') return [offer.contextLength === null ? null : String(offer.contextLength), null];
  const [prompt, completion] = [basePrice(offer, 'prompt'), basePrice(offer, 'completion')];
  if (sort === 'completion') return [completion, prompt];
  return sort === 'blend' ? [blendedPrice(offer, blend), prompt] : [prompt, completion];
}
