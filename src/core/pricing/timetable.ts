import { getOrMake } from '../collections.ts';
import type { Instant } from '../time/instant.ts';
import type { PriceRow } from './applicablePrice.ts';

/** A price and the half-open interval `[validFrom, validTo)` in which it held; null: still. */
export interface TimedPrice extends PriceRow {
  readonly validFrom: Instant;
  readonly validTo: Instant | null;
}

export function isInForce({ validFrom, validTo }: Pick<TimedPrice, 'validFrom' | 'validTo'>, at: Instant): boolean {
  return validFrom <= at && (validTo === null || validTo > at);
}

/** The prices of one model over time, to be looked up for many instants. */
export class Timetable {
  /** The instants at which any of the prices began or ended, in order. */
  readonly bounds: readonly Instant[];
  readonly #periods: readonly TimedPrice[];
  readonly #inForce = new Map<number, readonly PriceRow[]>();

  constructor(periods: readonly TimedPrice[]) {
    this.#periods = periods;
    const bounds = periods.flatMap(({ validFrom, validTo }) => (validTo === null ? [validFrom] : [validFrom, validTo]));
    this.bounds = [...new Set(bounds)].sort();
  }

  /** The prices in force at an instant; none where the model was not listed. */
  at(instant: Instant): readonly PriceRow[] {
    return getOrMake(this.#inForce, this.#segmentOf(instant), () =>
      this.#periods.filter((period) => isInForce(period, instant)),
    );
  }

  /** How many bounds are not after the instant; between two bounds nothing changes. */
  #segmentOf(instant: Instant): number {
    let [low, high] = [0, this.bounds.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.bounds[middle] ?? '') <= instant) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
