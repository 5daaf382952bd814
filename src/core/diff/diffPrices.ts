import type { Amount } from '../reading/price.ts';
import type { Prices } from '../reading/pricing.ts';

/** One price that is not the same in two snapshots; an absent side is null. */
export interface PriceDifference {
  readonly component: string;
  readonly condition: string;
  readonly before: Amount | null;
  readonly after: Amount | null;
}

/** Every price that differs, in upstream's order, new ones last. */
export function diffPrices(before: Prices, after: Prices): PriceDifference[] {
  const differences: PriceDifference[] = [];
  for (const [key, { component, condition, amount }] of before) {
    const now = after.get(key)?.amount ?? null;
    if (now !== amount) differences.push({ component, condition, before: amount, after: now });
  }
  for (const [key, { component, condition, amount }] of after) {
    if (!before.has(key)) differences.push({ component, condition, before: null, after: amount });
  }
  return differences;
}
