import * as z from 'zod';
import { compareText, groupBy } from '../collections.ts';
import { UsageError } from '../errors.ts';
import type { TokenRange } from './estimate.ts';

/** What a learned ratio is multiplied by: o200k tokens or characters. */
const BASES = ['o200k', 'characters'] as const;
export type Base = (typeof BASES)[number];

const RATIO = z.object({
  /** A model's id, or upstream's name of a family. */
  for: z.string().min(1),
  base: z.enum(BASES),
  low: z.number().positive(),
  high: z.number().positive(),
  /** How many requests it was learned from. */
  requests: z.int().positive(),
});

const FILE = z.object({ version: z.literal(1), learnedAt: z.string(), ratios: z.array(RATIO) });

/** Ratios learned from a person's own requests, without any of their texts. */
export type Learned = z.infer<typeof FILE>;
export type LearnedRatio = z.infer<typeof RATIO>;

/** One request: the size of its text in some measure, and how many tokens the model counted. */
export interface Observation {
  readonly model: string;
  readonly family: string | null;
  readonly base: Base;
  readonly size: number;
  readonly tokens: number;
}

/** Fewer requests are too few to learn from: they may all have the same text. */
export const LEAST_REQUESTS = 5;
/** Shorter prompts consist mostly of what a service adds to them. */
export const LEAST_TOKENS = 50;

/** @throws UsageError when this is not such a file */
export function readLearned(text: string, file: string): Learned {
  try {
    return FILE.parse(JSON.parse(text));
  } catch (cause) {
    throw new UsageError('bad_calibration', `${file} does not hold what calibrate has learned; nothing was counted.`, {
      hint: 'Run model-ledger calibrate --forget to remove it.',
      cause,
    });
  }
}

/** The ranges of tokens by size, for each model and each family of which there are requests enough. */
export function learn(observations: readonly Observation[], learnedAt: string): Learned {
  const named = observations
    .filter(({ tokens, size }) => tokens >= LEAST_TOKENS && size > 0)
    .flatMap((one) => [one.model, one.family].flatMap((name) => (name === null ? [] : [{ ...one, name }])));
  const groups = groupBy(named, ({ base, name }) => `${base} ${name}`);
  const ratios = [...groups.values()].flatMap((group): LearnedRatio[] => {
    const [first] = group;
    if (first === undefined || group.length < LEAST_REQUESTS) return [];
    const values = group.map(({ tokens, size }) => tokens / size);
    const range = { low: round(Math.min(...values)), high: round(Math.max(...values)) };
    return [{ for: first.name, base: first.base, ...range, requests: group.length }];
  });
  ratios.sort((a, b) => compareText(a.for, b.for) || compareText(a.base, b.base));
  return { version: 1, learnedAt, ratios };
}

/** The ratio for a model: its own if there is one, else its family's; by tokens if possible, else by characters. */
export function findRatio(
  learned: Learned,
  model: string,
  family: string | null,
  bases: readonly Base[],
): LearnedRatio | undefined {
  for (const name of [model, family]) {
    for (const base of bases) {
      const found = learned.ratios.find((ratio) => ratio.for === name && ratio.base === base);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

export function applyRatio({ low, high }: LearnedRatio, size: number): TokenRange {
  return { low: Math.floor(size * low), high: Math.ceil(size * high) };
}

function round(value: number): number {
  return Number(value.toPrecision(4));
}
