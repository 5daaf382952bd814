import Big from 'big.js';
import { compareText } from '../collections.ts';
import { UsageError } from '../errors.ts';
import { type Amount, compareAmounts, isAmount } from '../reading/price.ts';
import { basePrice, type Offer } from './offers.ts';

/** `price` is the older name of `prompt`. */
export const SORTS = ['prompt', 'completion', 'blend', 'context', 'name', 'new', 'price'] as const;
export type Sort = (typeof SORTS)[number];

/** In what order, and what a blend of prompt and completion is made of. */
export interface OfferOrder {
  readonly sort: Sort;
  /** The dearest, the largest, the newest, the last first; unless told, so of contexts and ages only. */
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

/** USD a token where so many parts of them are of the prompt and of the completion; null where either has no price. */
export function blendedPrice(offer: Pick<Offer, 'prices'>, { prompt, completion }: Blend): Amount | null {
  const [input, output] = [basePrice(offer, 'prompt'), basePrice(offer, 'completion')];
  if (!isAmount(input) || !isAmount(output)) return null;
  const sum = new Precise(input).times(prompt).plus(new Precise(output).times(completion));
  return sum.div(new Precise(prompt).plus(completion)).toFixed();
}

/** Divides to more decimals than a price has, 23 at most. */
const Precise = Big();
Precise.DP = 30;

/**
 * In the order asked for; unless a direction is, the cheapest, roomiest, alphabetically first or newest first. What has no number
 * to be ordered by, a price that is dynamic or missing, comes last either way; ties are by id.
 */
export function sortOffers<T extends Offer>(offers: readonly T[], order: OfferOrder): T[] {
  const { sort, blend = DEFAULT_BLEND, isDescending = sort === 'context' || sort === 'new' } = order;
  const byId = (a: T, b: T): number => compareText(a.model, b.model);
  const sign = isDescending ? -1 : 1;
  if (sort === 'name') return [...offers].sort((a, b) => sign * byId(a, b));
  if (sort === 'new') return [...offers].sort((a, b) => sign * compareText(a.since, b.since) || byId(a, b));
  const keys = new Map(offers.map((offer) => [offer, keysOf(offer, sort, blend)]));
  return [...offers].sort((a, b) => {
    const [left = [], right = []] = [keys.get(a), keys.get(b)];
    return compareOptional(sign, left[0], right[0]) || compareOptional(sign, left[1], right[1]) || byId(a, b);
  });
}

/** The price or the size by which a model is put in order, and the price that decides between equal ones. */
function keysOf(offer: Offer, sort: Sort, blend: Blend): (Amount | null)[] {
  if (sort === 'context') return [offer.contextLength === null ? null : String(offer.contextLength)];
  const [prompt, completion] = ['prompt', 'completion'].map((component) => basePrice(offer, component));
  if (sort === 'completion') return [completion ?? null, prompt ?? null];
  return sort === 'blend' ? [blendedPrice(offer, blend), prompt ?? null] : [prompt ?? null, completion ?? null];
}

function compareOptional(sign: number, a: Amount | null = null, b: Amount | null = null): number {
  if (isAmount(a) && isAmount(b)) return sign * compareAmounts(a, b);
  return Number(!isAmount(a)) - Number(!isAmount(b));
}
