import type { Family } from './families.ts';
import { PER_CHARACTER, type RatioRange, ratioOf, type TextKind } from './ratios.ts';
import type { Passage } from './textKind.ts';

/** Tokens, from the fewest to the most. */
export interface TokenRange {
  readonly low: number;
  readonly high: number;
}

/** What of a text an estimate needs. */
export interface MeasuredPassage {
  readonly kinds: Passage['kinds'];
  /** What o200k makes of it, exactly or from the fewest to the most. */
  readonly base: TokenRange;
}

/** How many o200k tokens a passage of so many characters has, where the vocabulary itself is not at hand. */
export function baseRange({ text, kinds }: Passage): TokenRange {
  const characters = [...text].length;
  const [low, high] = envelope(kinds.map((kind) => PER_CHARACTER[kind]));
  return { low: characters * low, high: characters * high };
}

/** What a family makes of a text: the sum over its passages of the table's range for their kinds. */
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
