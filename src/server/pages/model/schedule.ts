import { groupBy } from '../../../core/collections.ts';
import { clock, daysWords } from '../../../core/format/conditionWords.ts';
import { applicableWords, pricesInWeek } from '../../../core/format/weekChart.ts';
import type { PriceRow } from '../../../core/pricing/applicablePrice.ts';
import { MINUTES_A_DAY, readConditions } from '../../../core/pricing/conditions.ts';

/** A price and when in the week it holds, in words. */
export interface Slot {
  readonly days: string;
  readonly hours: string;
  readonly price: string;
}

/** The week of a component's price for a short prompt, as the rules of upstream make it of base price and entries. */
export function scheduleOf(prices: readonly PriceRow[], component: string): Slot[] {
  const bounds = boundsOf(prices.filter((row) => row.component === component));
  const week = pricesInWeek(prices, component, bounds);
  const byDay = week.map((day) => day.map((price) => applicableWords(component, price)));
  const alike = groupBy(byDay.keys(), (weekday) => byDay[weekday]?.join('\n'));
  return [...alike.values()].flatMap((days) => slotsOf(byDay[days[0] ?? 0] ?? [], bounds, daysWords(days)));
}

/** The minutes at which anything may change. */
function boundsOf(rows: readonly PriceRow[]): number[] {
  const minutes = rows.flatMap(({ condition }) =>
    readConditions(condition).flatMap((one) => (one.type === 'utc_window' ? [one.start, one.end] : [])),
  );
  return [...new Set([0, ...minutes])].filter((minute) => minute < MINUTES_A_DAY).sort((a, b) => a - b);
}

/** Neighbours of one price are one slot. */
function slotsOf(day: readonly string[], bounds: readonly number[], days: string): Slot[] {
  const starts = day.flatMap((price, index) => (index > 0 && day[index - 1] === price ? [] : [index]));
  return starts.map((index, place) => {
    const next = starts[place + 1];
    const end = next === undefined ? MINUTES_A_DAY : (bounds[next] ?? MINUTES_A_DAY);
    return { days, hours: `${clock(bounds[index] ?? 0)}–${clock(end)}`, price: day[index] ?? '' };
  });
}
