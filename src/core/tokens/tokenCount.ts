import type { TokenRange } from './estimate.ts';

/**
 * How many tokens a text has for a model, and how that is known. `exact`: by the published vocabulary; `exact, with
 * your file`: by a tokenizer.json that the person has given; `learned`: a range from the person's own requests;
 * `estimate`: a range from the table; `unknown`: not at all.
 */
export type TokenCount =
  | { readonly method: 'exact' | 'exact, with your file'; readonly tokens: number; readonly basis: string }
  | ({ readonly method: 'learned' | 'estimate'; readonly basis: string } & TokenRange)
  | { readonly method: 'unknown'; readonly basis: string };

/** From the fewest to the most; undefined where nothing is known. */
export function rangeOf(count: TokenCount): TokenRange | undefined {
  if (count.method === 'unknown') return undefined;
  return 'tokens' in count ? { low: count.tokens, high: count.tokens } : { low: count.low, high: count.high };
}

/** The sum of the counts of one model, all of which have the same method. */
export function sumCounts(counts: readonly TokenCount[]): TokenCount {
  const [first] = counts;
  if (first === undefined || first.method === 'unknown') return first ?? { method: 'unknown', basis: 'no text' };
  const ranges = counts.map((count) => rangeOf(count) ?? { low: 0, high: 0 });
  const low = ranges.reduce((sum, range) => sum + range.low, 0);
  if ('tokens' in first) return { ...first, tokens: low };
  return { ...first, low, high: ranges.reduce((sum, range) => sum + range.high, 0) };
}
