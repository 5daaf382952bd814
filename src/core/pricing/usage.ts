import { UsageError } from '../errors.ts';
import { COMPONENTS, type UsageField } from '../reading/components.ts';

/** How many of each component a request used, by upstream's component key. */
export type ComponentUsage = ReadonlyMap<string, bigint | number>;

/** Quantities by their usual names (`promptTokens`, `images`, …) as a {@link ComponentUsage}; absent ones stay absent. */
export function readUsage(fields: { readonly [F in UsageField]?: bigint | number | undefined }): ComponentUsage {
  const usage = new Map<string, bigint | number>();
  for (const { component, field } of COMPONENTS) {
    const quantity = fields[field];
    if (quantity !== undefined) usage.set(component, quantity);
  }
  return usage;
}

/**
 * The counts of a usage, each checked.
 * @throws UsageError for a quantity that is not a count, and for `discount`, which is none
 */
export function readQuantities(usage: ComponentUsage): ReadonlyMap<string, bigint> {
  const quantities = new Map<string, bigint>();
  for (const [component, quantity] of usage) {
    if (component === 'discount') {
      throw new UsageError('invalid_quantity', 'discount is a fraction of a price, not something that is used.');
    }
    if (typeof quantity === 'number' && !Number.isSafeInteger(quantity)) throw notACount(component, quantity);
    if (quantity < 0) throw notACount(component, quantity);
    quantities.set(component, BigInt(quantity));
  }
  return quantities;
}

function notACount(component: string, quantity: bigint | number): UsageError {
  return new UsageError('invalid_quantity', `The quantity ${quantity} of ${component} is not a count.`, {
    hint: 'Give a whole number, 0 or more.',
  });
}

/** The size of the whole prompt: everything in it that is counted in tokens, cached or not. */
export function promptSize(quantities: ReadonlyMap<string, bigint>): bigint {
  let size = 0n;
  for (const { component, inPrompt } of COMPONENTS) if (inPrompt) size += quantities.get(component) ?? 0n;
  return size;
}
