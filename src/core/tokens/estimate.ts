import type { Family } from './families.ts';
import type { Passage } from './passages.ts';
import { PER_CHARACTER, type RatioRange, ratioOf, type TextKind } from './ratios.ts';

/** Tokens, from the fewest to the most. */
export interface TokenRange {
  readonly low: number;
  readonly high: number;
}

/** What an estimate needs to know of a passage. */
export interface MeasuredPassage {
  readonly kinds: Passage['kinds'];
  /** How many o200k tokens it has, exactly or from the fewest to the most. */
  readonly base: TokenRange;
}

/** How many o200k tokens a passage may have, where the vocabulary itself is not available. */
export function baseRange({ text, kinds }: Passage): TokenRange {
  const characters = [...text].length;
  const [low, high] = envelope(kinds.map((kind) => PER_CHARACTER[kind]));
  return { low: characters * low, high: characters * high };
}

/** How many tokens a text may have in a family's vocabulary: the sum of the table's ranges over its passages. */
export function estimate(family: Extract<Family, { kind: 'like' }>, passages: readonly MeasuredPassage[]): TokenRange {
  let [low, high] = [0, 0];
  for (const { kinds, base } of passages) {
    const [least, most] = envelope(kinds.map((kind) => rangeOf(family, kind)));
    low += base.low * least;
    high += base.high * most;
  }
  return { low: Math.floor(low), high: Math.ceil(high) };
}

/** Tokens relative to o200k, for one kind of text. */
function rangeOf({ parts }: Extract<Family, { kind: 'like' }>, kind: TextKind): RatioRange {
  return envelope(
    parts.map(({ vocabulary, from, to }): RatioRange => {
      const [low, high] = vocabulary === 'o200k' ? [1, 1] : ratioOf(kind, vocabulary);
      return [low * from, high * to];
    }),
  );
}

function envelope(ranges: readonly RatioRange[]): RatioRange {
  return [Math.min(...ranges.map(([low]) => low)), Math.max(...ranges.map(([, high]) => high))];
}
