import { groupBy } from '../../../core/collections.ts';
import { clock, daysWords } from '../../../core/format/conditionWords.ts';
import { applicableWords, pricesInWeek } from '../../../core/format/weekChart.ts';
import type { PriceRow } from '../../../core/pricing/applicablePrice.ts';
import { MINUTES_A_DAY, readConditions } from '../../../core/pricing/conditions.ts';

/** A price, and the days and hours at which it applies, in words. */
export interface Slot {
  readonly days: string;
  readonly hours: string;
  readonly price: string;
}

/** The prices of a component in a week, for a short prompt, by upstream's rules for base price and overrides. */
export function scheduleOf(prices: readonly PriceRow[], component: string): Slot[] {
  const bounds = boundsOf(prices.filter((row) => row.component === component));
  const week = pricesInWeek(prices, component, bounds);
  const byDay = week.map((day) => day.map((price) => applicableWords(component, price)));
  const alike = groupBy(byDay.keys(), (weekday) => byDay[weekday]?.join('\n'));
  return [...alike.values()].flatMap((days) => slotsOf(byDay[days[0] ?? 0] ?? [], bounds, daysWords(days)));
}

/** The minutes of a day at which the price may change. */
function boundsOf(rows: readonly PriceRow[]): number[] {
  const minutes = rows.flatMap(({ condition }) =>
    readConditions(condition).flatMap((one) => (one.type === 'utc_window' ? [one.start, one.end] : [])),
  );
  return [...new Set([0, ...minutes])].filter((minute) => minute < MINUTES_A_DAY).sort((a, b) => a - b);
}

/** The slots of a day, with neighbours of the same price joined. */
function slotsOf(day: readonly string[], bounds: readonly number[], days: string): Slot[] {
  const starts = day.flatMap((price, index) => (index > 0 && day[index - 1] === price ? [] : [index]));
  return starts.map((index, place) => {
    const next = starts[place + 1];
    const end = next === undefined ? MINUTES_A_DAY : (bounds[next] ?? MINUTES_A_DAY);
    return { days, hours: `${clock(bounds[index] ?? 0)}–${clock(end)}`, price: day[index] ?? '' };
  });
}
