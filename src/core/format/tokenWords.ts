import type { TextBill } from '../tokens/textBill.ts';
import { rangeOf, type TokenCount } from '../tokens/tokenCount.ts';
import { dollars } from './priceWords.ts';
import { digits } from './units.ts';

/** `1,234`, `1,100 to 1,300`, or nothing where nothing is known. */
export function tokenCountWords(count: TokenCount): string {
  const range = rangeOf(count);
  if (range === undefined) return '';
  return 'tokens' in count ? digits(range.low) : `${digits(range.low)} to ${digits(range.high)}`;
}

/** `$0.01`, `$0.01 to $0.02`, or nothing where there is no number. */
export function totalWords({ low, high }: Pick<TextBill, 'low' | 'high'>): string {
  if (low === null || high === null) return '';
  return low === high ? dollars(low) : `${dollars(low)} to ${dollars(high)}`;
}

/** What every count leaves out. */
export const TEXTS_ALONE =
  'Counts are of the texts alone: what a service puts around them (a few tokens a message) comes on top.';
