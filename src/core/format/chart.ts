import { valueAxis } from './axis.ts';
import type { Glyphs } from './priceWords.ts';

/** Small charts of text. Their values are mere numbers, as the exact price is shown beside them. */

const BLOCKS = '▁▂▃▄▅▆▇█';
const ASCII_BLOCKS = '_.-=+*#@';

/** A line of bars from the lowest value to the highest; null is a gap, and if all are equal they are of half height. */
export function sparkline(values: readonly (number | null)[], { ascii = false }: Glyphs = {}): string {
  const bars = ascii ? ASCII_BLOCKS : BLOCKS;
  const known = values.filter((value) => value !== null);
  const low = known.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
  const high = known.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
  const bar = (value: number): string => {
    const share = high === low ? 0.5 : (value - low) / (high - low);
    return bars.charAt(Math.min(bars.length - 1, Math.floor(share * bars.length)));
  };
  return values.map((value) => (value === null ? ' ' : bar(value))).join('');
}

/** A value and the instant from which it held. */
export interface Step {
  /** ISO 8601, with a zone. */
  readonly at: string;
  /** Null where there was none: not listed, or dynamic. */
  readonly value: number | null;
  /** The value as written at the axis. */
  readonly label: string;
}

export interface StepsOptions extends Glyphs {
  /** Columns, the axis included. */
  readonly width: number;
  /** When the last step ends, ISO 8601. */
  readonly until: string;
  /** The most lines for values; 8 by default. */
  readonly height?: number;
  /** Writes an instant under the chart; its UTC date by default. */
  readonly date?: (at: string) => string;
}

const LEAST_COLUMNS = 12;

/**
 * Steps over time, both axes to scale: see {@link valueAxis} for heights, which are logarithms where the values span
 * more than a decade.
 * @param points in time order, none after `until`
 * @returns lines joined by a line feed, the last with dates of changes as far as there is room; empty without a value
 */
export function steps(points: readonly Step[], options: StepsOptions): string {
  const { lineOf, labels } = valueAxis(points, options.height ?? 8);
  if (labels.length === 0) return '';
  const margin = Math.max(...labels.map((label) => label.length)) + 1;
  const columns = Math.max(LEAST_COLUMNS, options.width - margin - 1);
  const places = place(points, options.until, columns);
  const marks = options.ascii ? ASCII_MARKS : MARKS;
  const visited = Array.from({ length: columns }, (_, column) => visit(points, places, column, lineOf));
  const dates = pickDates(points, places, columns, options);
  const ticks = Array.from({ length: columns }, (_, column) => (dates.ticks.has(column) ? marks.tick : marks.line));
  return [
    ...labels
      .map((label, line) => {
        const cells = visited.map((lines) => jointAt(line, lines, marks.joints));
        return `${label.padStart(margin - 1)} ${label === '' ? marks.edge : marks.axis}${cells.join('')}`;
      })
      .reverse(),
    `${' '.repeat(margin)}${marks.origin}${ticks.join('')}`,
    `${' '.repeat(margin + 1)}${dates.text}`,
  ]
    .map((line) => line.trimEnd())
    .join('\n');
}

const MARKS = {
  line: '─',
  axis: '┤',
  edge: '│',
  origin: '└',
  tick: '┬',
  /** Indexed by the directions a cell connects to: 1 left, 2 right, 4 up, 8 down. */
  joints: ' ───│┘└┴│┐┌┬│┤├┼',
};
const ASCII_MARKS = { line: '-', axis: '|', edge: '|', origin: '+', tick: '+', joints: ' ---|+++|+++|+++' };

function place(points: readonly Step[], until: string, columns: number): readonly number[] {
  const start = Date.parse(points[0]?.at ?? until);
  const span = Math.max(1, Date.parse(until) - start);
  return points.map(({ at }) => Math.min(columns - 1, Math.floor(((Date.parse(at) - start) / span) * columns)));
}

/** The lines that a column connects, in order: that of the value when it began, then of each change; null is a gap. */
function visit(
  points: readonly Step[],
  places: readonly number[],
  column: number,
  lineOf: (value: number) => number,
): readonly (number | null)[] {
  const line = (point: Step | undefined): number | null =>
    point === undefined || point.value === null ? null : lineOf(point.value);
  const before = points.filter((_, index) => (places[index] ?? 0) < column).at(-1);
  return [line(before), ...points.filter((_, index) => places[index] === column).map(line)];
}

/** The character of a column at a line. */
function jointAt(line: number, visited: readonly (number | null)[], joints: string): string {
  const lines = visited.filter((one) => one !== null);
  const [lowest, highest] = [Math.min(...lines), Math.max(...lines)];
  if (line < lowest || line > highest) return ' ';
  const [toLeft, toRight] = [visited[0] === line ? 1 : 0, visited.at(-1) === line ? 2 : 0];
  const joint = toLeft + toRight + (line < highest ? 4 : 0) + (line > lowest ? 8 : 0);
  return joints.charAt(joint === 0 ? 1 : joint);
}

/** The first date, the last one, and between them dates of changes as far as there is room. */
function pickDates(
  points: readonly Step[],
  places: readonly number[],
  columns: number,
  { until, date = (at: string) => at.slice(0, 10) }: StepsOptions,
): { ticks: ReadonlySet<number>; text: string } {
  const last = date(until);
  const lastStart = columns - last.length;
  const ticks = new Set<number>();
  let text = '';
  let previous = '';
  points.forEach(({ at }, index) => {
    const column = places[index] ?? 0;
    const label = date(at);
    const fits = (text === '' || column >= text.length + 2) && column + label.length + 2 <= lastStart;
    if (!fits || label === previous) return;
    ticks.add(column);
    text = text.padEnd(column) + label;
    previous = label;
  });
  if (text === '') return { ticks, text: date(points[0]?.at ?? until) };
  if (last === previous) return { ticks, text };
  ticks.add(columns - 1);
  return { ticks, text: text.padEnd(lastStart) + last };
}
