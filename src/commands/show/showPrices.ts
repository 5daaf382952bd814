import { isLogScale } from '../../core/format/axis.ts';
import { type Step, sparkline, steps } from '../../core/format/chart.ts';
import { conditionWords } from '../../core/format/conditionWords.ts';
import { priceWords } from '../../core/format/priceWords.ts';
import { escapeControls } from '../../core/format/text.ts';
import { weekChart } from '../../core/format/weekChart.ts';
import { wrap } from '../../core/format/wrap.ts';
import { compareConditions, isScheduled } from '../../core/pricing/conditions.ts';
import type { TimedPrice } from '../../core/pricing/timetable.ts';
import { placeOf, unitOf } from '../../core/reading/components.ts';
import { dayOf, type Zone } from '../../core/time/when.ts';
import type { ModelState } from '../../ledger/queries/served/modelState.ts';
import { left, remark, right } from '../shared/columns.ts';
import type { Style } from '../shared/style.ts';
import { renderTable } from '../shared/table.ts';

export interface ShowLayout {
  readonly style: Style;
  readonly width: number;
  readonly zone: Zone;
  /** The instant at which charts end. */
  readonly until: string;
}

export async function priceTable({ prices }: Pick<ModelState, 'prices'>, { style, zone }: ShowLayout): Promise<string> {
  if (prices.length === 0) return '';
  const sorted = [...prices].sort(
    (a, b) => compareConditions(a.condition, b.condition) || placeOf(a.component) - placeOf(b.component),
  );
  const rows = sorted.map(({ component, condition, price, validFrom }) => [
    component,
    priceWords(component, price ?? 'dynamic', unitOf(component, prices)),
    dayOf(validFrom, zone),
    conditionWords(condition),
  ]);
  const columns = [left('price'), right('USD'), left('since'), remark('')];
  return renderTable(columns, rows, style);
}

/** The week of the price for prompts or, if that is not scheduled, of the first price that is. */
export function scheduleChart({ prices }: Pick<ModelState, 'prices'>, { style }: ShowLayout): string {
  const component = ['prompt', ...prices.map((price) => price.component)].find((one) =>
    prices.some((price) => price.component === one && isScheduled(price.condition)),
  );
  if (component === undefined) return '';
  const head = style.strong(`${escapeControls(component)} in a week`);
  return [head, ...weekChart(prices, component, style).map(escapeControls)].join('\n');
}

/** A chart of the price for prompts, and a line of bars for each other price that changed. */
export function priceCharts(history: readonly TimedPrice[], layout: ShowLayout): string {
  const { style, width, zone, until } = layout;
  const points = readSteps(history, 'prompt');
  const options = { ascii: style.ascii, width, until, date: (at: string) => dayOf(at, zone) };
  const chart = points.length < 2 ? '' : steps(points, options);
  const head = `prompt, USD${isLogScale(points) ? ', log scale' : ''}`;
  const others = [...new Set(history.map(({ component }) => component))].filter((component) => component !== 'prompt');
  return [
    ...(chart === '' ? [] : [style.strong(head), chart]),
    ...others.flatMap((component) => barLines(history, component, layout)),
  ].join('\n');
}

/** The newest steps of a price as bars, with the first and the last price; none if it never changed. */
function barLines(history: readonly TimedPrice[], component: string, layout: ShowLayout): string[] {
  const { style, width, zone, until } = layout;
  const labelsOf = (some: readonly Step[]): string[] => some.map(({ label }) => label).filter((label) => label !== '');
  const all = readSteps(history, component);
  if (new Set(labelsOf(all)).size < 2) return [];
  const last = all.slice(-Math.max(8, width - 84));
  const labels = labelsOf(last);
  const heights = last.map(({ value }) => value);
  const bars = sparkline(heights, { ascii: style.ascii });
  const of = last.length < all.length ? `, the last ${last.length} of ${all.length} steps` : '';
  const days = `${dayOf(last[0]?.at ?? until, zone)} to ${dayOf(last.at(-1)?.at ?? until, zone)}`;
  const words = `${escapeControls(component).padEnd(22)}${bars}  ${labels[0]} -> ${labels.at(-1)}, ${days}${of}`;
  return wrap(words, width, 3, style.ascii).map((line, at) => (at === 0 ? line : `  ${line}`));
}

/** A component's base price over time; null while it had none. */
function readSteps(history: readonly TimedPrice[], component: string): Step[] {
  const periods = history.filter((period) => period.component === component && period.condition === '');
  return periods.flatMap(({ price, validFrom, validTo }, index): Step[] => {
    const step = {
      at: validFrom,
      value: price === null ? null : Number(price),
      label: priceWords(component, price ?? 'dynamic'),
    };
    const next = periods[index + 1]?.validFrom;
    return validTo === null || validTo === next ? [step] : [step, { at: validTo, value: null, label: '' }];
  });
}
