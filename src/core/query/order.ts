import Big from 'big.js';
import { compareText } from '../collections.ts';
import { type Amount, compareAmounts, isAmount } from '../reading/price.ts';
import type { ModelFacets } from './facets.ts';

/** What a model is sorted by; null comes last in either direction. */
type Key = Amount | number | null;

interface Ordering {
  readonly key: (model: ModelFacets, changedAt: ChangedAt) => Key;
  readonly isDescending: boolean;
  /** The keys are amounts, to be compared as decimals. */
  readonly isPrice?: true;
}

/** When a model last changed. */
export type ChangedAt = (id: string) => string | null;

const up = (key: Ordering['key']): Ordering => ({ key, isDescending: false });
const down = (key: Ordering['key']): Ordering => ({ key, isDescending: true });
const price = (priceOf: (model: ModelFacets) => Amount | null, isDescending: boolean): Ordering => {
  const key = (model: ModelFacets): Key => {
    const amount = priceOf(model);
    return isAmount(amount) ? amount : null;
  };
  return { key, isDescending, isPrice: true };
};
const named = ({ name, id }: ModelFacets): string => (name ?? id).toLowerCase();

/** Upstream's names for orders, then ours. */
const ORDERS = {
  newest: down(({ created }) => created),
  'pricing-low-to-high': price(meanPrice, false),
  'pricing-high-to-low': price(meanPrice, true),
  'context-high-to-low': down(({ contextLength }) => contextLength),
  'intelligence-high-to-low': down(({ scores }) => scores.intelligence),
  'coding-high-to-low': down(({ scores }) => scores.coding),
  'agentic-high-to-low': down(({ scores }) => scores.agentic),
  'design-arena-elo-high-to-low': down(({ scores }) => scores.designArenaElo),
  oldest: up(({ created }) => created),
  'name-a-to-z': up(named),
  'name-z-to-a': down(named),
  'input-price-low-to-high': price(({ prompt }) => prompt, false),
  'input-price-high-to-low': price(({ prompt }) => prompt, true),
  'output-price-low-to-high': price(({ completion }) => completion, false),
  'output-price-high-to-low': price(({ completion }) => completion, true),
  'cache-price-low-to-high': price(({ cacheRead }) => cacheRead, false),
  'cache-price-high-to-low': price(({ cacheRead }) => cacheRead, true),
  'context-low-to-high': up(({ contextLength }) => contextLength),
  'recently-changed': down(({ id }, changedAt) => changedAt(id)),
  'longest-unchanged': up(({ id }, changedAt) => changedAt(id)),
} as const satisfies Record<string, Ordering>;

export type ModelOrder = keyof typeof ORDERS;
export const MODEL_ORDERS = Object.keys(ORDERS).filter(isOrder);

function isOrder(text: string): text is ModelOrder {
  return Object.hasOwn(ORDERS, text);
}

/** Sorts models; those that are equal keep their order. */
export function inOrder<T extends { readonly facets: ModelFacets }>(
  models: readonly T[],
  order: ModelOrder,
  changedAt: ChangedAt,
): T[] {
  const { key, isDescending, isPrice }: Ordering = ORDERS[order];
  const keyed = models.map((model) => ({ model, key: key(model.facets, changedAt) }));
  const compare = isPrice ? compareAmountKeys : compareKeys;
  keyed.sort((a, b) => {
    if (a.key === null || b.key === null) return Number(a.key === null) - Number(b.key === null);
    return isDescending ? compare(b.key, a.key) : compare(a.key, b.key);
  });
  return keyed.map(({ model }) => model);
}

/** The exact mean of the prompt and completion prices; null where either is no number. */
function meanPrice({ prompt, completion }: Pick<ModelFacets, 'prompt' | 'completion'>): Amount | null {
  if (!isAmount(prompt) || !isAmount(completion)) return null;
  return new Big(prompt).plus(completion).times('0.5').toFixed();
}

function compareKeys(a: string | number, b: string | number): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return compareText(String(a), String(b));
}

function compareAmountKeys(a: string | number, b: string | number): number {
  return compareAmounts(String(a), String(b));
}
