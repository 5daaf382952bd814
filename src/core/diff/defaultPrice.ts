import { isScheduled } from '../pricing/conditions.ts';
import { isInForce, type TimedPrice } from '../pricing/timetable.ts';
import { type Amount, DYNAMIC } from '../reading/price.ts';
import type { Instant } from '../time/instant.ts';

/**
 * What a component cost outside of its schedule, as it was known at an instant: its newest base price that was not also
 * one of its scheduled prices while it held. Null where there was none.
 * @param periods of one component of one model
 */
export function defaultPriceAt(periods: readonly TimedPrice[], at: Instant): Amount | null {
  const known = periods.filter(({ validFrom }) => validFrom <= at);
  const scheduled = known.filter(({ condition }) => isScheduled(condition));
  const base = known.filter(({ condition }) => condition === '').sort((a, b) => (a.validFrom < b.validFrom ? 1 : -1));
  const found = base.find((price) => {
    const same = scheduled.filter((other) => amountOf(other) === amountOf(price));
    // Between these instants nothing changes, so they are all that has to be looked at.
    const turns = [price.validFrom, ...same.flatMap(({ validTo }) => (validTo === null ? [] : [validTo]))];
    return turns.some((turn) => turn <= at && isInForce(price, turn) && !same.some((other) => isInForce(other, turn)));
  });
  return found === undefined ? null : amountOf(found);
}

function amountOf({ price }: TimedPrice): Amount {
  return price ?? DYNAMIC;
}
