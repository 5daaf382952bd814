import type { Problem } from '../pricing/applicablePrice.ts';
import type { Unpriced } from '../pricing/modelSum.ts';

/** Why a request, or a part of it, has no price. */
export const PROBLEM_WORDS: Readonly<Record<Problem | Unpriced, string>> = {
  no_price: 'no price is listed',
  dynamic: 'decided per request',
  per_image_token: 'priced per image token',
  unknown_model: 'was never listed',
  not_listed: 'was not listed',
  not_observed: 'no list had been observed by then',
  no_time: 'no time',
  no_endpoint: 'its provider is not known to have served it then',
  several_endpoints: 'its provider served it at several prices',
  summed: 'requests summed up, with a price that depends on the size of each',
};

/** For a price under a condition that this program does not know. */
export function skippedWords(condition: string): string {
  return `without the price under ${condition}`;
}
