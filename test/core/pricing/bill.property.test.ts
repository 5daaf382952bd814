import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { PriceRow } from '../../../src/core/pricing/applicablePrice.ts';
import { bill } from '../../../src/core/pricing/bill.ts';

/** Exact arithmetic of our own to check against: a numerator over ten to the power of `scale`. */
interface Fraction {
  readonly numerator: bigint;
  readonly scale: number;
}

const NAMES = ['prompt', 'completion', 'input_cache_read', 'web_search'] as const;

interface Entry {
  readonly above: number | null;
  readonly window: readonly [number, number] | null;
  readonly prices: Readonly<Partial<Record<(typeof NAMES)[number], Fraction>>>;
}

const price = fc.record({ numerator: fc.bigInt(0n, 10n ** 9n), scale: fc.integer({ min: 0, max: 23 }) });
const hour = fc.integer({ min: 0, max: 23 });
const entry: fc.Arbitrary<Entry> = fc.record({
  above: fc.option(fc.integer({ min: 0, max: 300 })),
  window: fc.option(fc.tuple(hour, hour).filter(([start, end]) => start !== end)),
  prices: fc.dictionary(fc.constantFrom(...NAMES), price, { noNullPrototype: true }),
});
const base = fc.record({ prompt: price, completion: price, input_cache_read: price, web_search: price });
const quantities = fc.record({
  prompt: fc.bigInt(0n, 300n),
  completion: fc.bigInt(0n, 10n ** 12n),
  input_cache_read: fc.bigInt(0n, 300n),
  web_search: fc.bigInt(0n, 1000n),
});

test('a bill equals the sum in rational arithmetic, whatever the tiers and windows', () => {
  fc.assert(
    fc.property(base, fc.array(entry, { maxLength: 4 }), quantities, hour, (basePrices, entries, used, hourOfDay) => {
      const conditional = entries.filter(({ above, window }) => above !== null || window !== null);
      const distinct = [...new Map(conditional.map((one) => [condition(one), one])).values()];
      const rows = [
        ...distinct.flatMap((one, order) => toRows(one.prices, condition(one), order)),
        ...toRows(basePrices, '', undefined),
      ];
      const at = new Date(Date.UTC(2026, 6, 1, hourOfDay, 30));
      const size = used.prompt + used.input_cache_read;

      const applying = distinct.filter((one) => applies(one, size, hourOfDay)).map(({ prices }) => prices);
      const inForce = Object.assign({ ...basePrices }, ...applying);
      let total: Fraction = { numerator: 0n, scale: 0 };
      for (const name of NAMES) total = add(total, multiply(inForce[name], used[name]));

      const result = bill(rows, new Map(Object.entries(used)), at);
      expect(result.total).toBe(toDecimal(total));
      expect(result.lines.map(({ component, amount }) => [component, amount])).toEqual(
        ['prompt', 'input_cache_read', 'completion', 'web_search']
          .flatMap((name) => NAMES.filter((known) => known === name))
          .filter((name) => used[name] > 0n)
          .map((name) => [name, toDecimal(multiply(inForce[name], used[name]))]),
      );
    }),
    { numRuns: 300 },
  );
});

function condition({ above, window }: Entry): string {
  const parts = above === null ? [] : [`min_prompt_tokens=${above}`];
  if (window !== null) parts.push(`utc_end=${window[1] * 100}`, `utc_start=${window[0] * 100}`);
  return parts.join(',');
}

function applies({ above, window }: Entry, size: bigint, hourOfDay: number): boolean {
  if (above !== null && size <= BigInt(above)) return false;
  if (window === null) return true;
  for (let hourInside = window[0]; hourInside !== window[1]; hourInside = (hourInside + 1) % 24) {
    if (hourInside === hourOfDay) return true;
  }
  return false;
}

function toRows(prices: Entry['prices'], text: string, order: number | undefined): PriceRow[] {
  return Object.entries(prices).map(([component, fraction]) => {
    const row = { component, condition: text, price: toDecimal(fraction), dynamic: false };
    return order === undefined ? row : { ...row, order };
  });
}

function multiply({ numerator, scale }: Fraction, times: bigint): Fraction {
  return { numerator: numerator * times, scale };
}

function add(a: Fraction, b: Fraction): Fraction {
  const scale = Math.max(a.scale, b.scale);
  const scaled = (one: Fraction): bigint => one.numerator * 10n ** BigInt(scale - one.scale);
  return { numerator: scaled(a) + scaled(b), scale };
}

function toDecimal({ numerator, scale }: Fraction): string {
  const digits = numerator.toString().padStart(scale + 1, '0');
  const whole = digits.slice(0, digits.length - scale);
  const rest = digits.slice(digits.length - scale).replace(/0+$/, '');
  return rest === '' ? whole : `${whole}.${rest}`;
}
