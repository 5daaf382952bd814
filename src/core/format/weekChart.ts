import { runsOf } from '../collections.ts';
import { applicablePrice, type PriceRow, sortByPrecedence } from '../pricing/applicablePrice.ts';
import { isScheduled, MINUTES_A_DAY } from '../pricing/conditions.ts';
import { compareAmounts } from '../reading/price.ts';
import { WEEKDAYS } from '../time/weekdays.ts';
import { daysWords } from './conditionWords.ts';
import { type Glyphs, priceWords } from './priceWords.ts';

/** Half hours, for which a terminal of 60 columns has room. */
const COLUMNS = 48;
const MINUTES_A_COLUMN = MINUTES_A_DAY / COLUMNS;

const MARKS = '▁▃▅▇█';
const ASCII_MARKS = '_.-=#';

/**
 * A chart of a component's prices over the week, UTC: a line for each run of equal days, with a mark for each half hour
 * that shows the price at its beginning, and below them the marks and their prices. Empty where nothing is scheduled.
 */
export function weekChart(prices: readonly PriceRow[], component: string, { ascii = false }: Glyphs = {}): string[] {
  const rows = prices.filter((price) => price.component === component);
  if (!rows.some(({ condition }) => isScheduled(condition))) return [];
  const minutes = Array.from({ length: COLUMNS }, (_, column) => column * MINUTES_A_COLUMN);
  const week = pricesInWeek(rows, component, minutes);
  const levels = [...new Set(week.flat())].sort(compareLevels);
  const marks = ascii ? ASCII_MARKS : MARKS;
  const markOf = (price: string): string => {
    const place = levels.length === 1 ? 0 : (levels.indexOf(price) / (levels.length - 1)) * (marks.length - 1);
    return marks.charAt(Math.round(place));
  };
  const lines = groupDays(week.map((day) => day.map(markOf).join('')));
  const margin = Math.max(...lines.map(({ days }) => days.length)) + 2;
  return [
    `${' '.repeat(margin)}${['00', '06', '12', '18'].map((hour) => hour.padEnd(COLUMNS / 4)).join('')}24 UTC`,
    ...lines.map(({ days, line }) => `${days.padEnd(margin)}${line}`),
    `${' '.repeat(margin)}${levels.map((price) => `${markOf(price)} ${applicableWords(component, price)}`).join('   ')}`,
  ];
}

/** For each weekday, the price of a short prompt at some minutes of the day, UTC, or why there is none. */
export function pricesInWeek(prices: readonly PriceRow[], component: string, minutes: readonly number[]): string[][] {
  const inOrder = sortByPrecedence(prices);
  const priceAt = (weekday: number, minuteOfDay: number): string =>
    applicablePrice(inOrder, component, { promptTokens: 1n, weekday, minuteOfDay }).price;
  return WEEKDAYS.map((_, weekday) => minutes.map((minute) => priceAt(weekday, minute)));
}

function compareLevels(a: string, b: string): number {
  const isAmount = (price: string): boolean => /^\d/.test(price);
  return isAmount(a) && isAmount(b) ? compareAmounts(a, b) : Number(isAmount(a)) - Number(isAmount(b));
}

/** A price with its unit, or why there is none, in words. */
export function applicableWords(component: string, price: string): string {
  return /^\d/.test(price) ? priceWords(component, price) : price.replace('_', ' ');
}

/** Groups neighbouring days whose lines are equal. */
function groupDays(lines: readonly string[]): { days: string; line: string }[] {
  const runs = runsOf(lines.entries(), ([, line], [, before]) => line === before);
  return runs.map((run) => ({ days: daysWords(run.map(([day]) => day)), line: run[0]?.[1] ?? '' }));
}
