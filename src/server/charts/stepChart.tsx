import { scaleLinear, scaleUtc } from 'd3-scale';
import { curveStepAfter, line } from 'd3-shape';
import { dayOf } from '../../core/time/when.ts';
import { Chart } from './chart.tsx';

/** A value and its half-open interval, in milliseconds since 1970. */
export interface ChartStep {
  readonly from: number;
  readonly to: number;
  readonly value: number;
  /** The tooltip: the exact value with its time. */
  readonly words: string;
}

interface Series {
  readonly name: string;
  readonly steps: readonly ChartStep[];
}

interface StepChartProps {
  readonly label: string;
  readonly series: readonly Series[];
  readonly from: number;
  readonly to: number;
  /** Formats a value for the axis. */
  readonly axis: (value: number) => string;
}

const WIDTH = 1000;
const HEIGHT = 160;
/** Room for the width of the lines. */
const EDGE = 4;

/** A chart of values that hold until they change, with time to scale and an axis that starts at zero. */
export function StepChart({ label, series, from, to, axis }: StepChartProps) {
  const most = Math.max(0, ...series.flatMap(({ steps }) => steps.map(({ value }) => value)));
  const x = scaleUtc([from, Math.max(to, from + 1)], [0, WIDTH]);
  const y = scaleLinear([0, most === 0 ? 1 : most], [HEIGHT - EDGE, EDGE]);
  const ticks = y.ticks(4).filter((tick) => tick > 0);
  return (
    <Chart
      label={label}
      names={series.map(({ name }) => name)}
      ends={[axis(most), axis(0)]}
      times={[dayOf(new Date(from).toISOString(), 'utc'), dayOf(new Date(to).toISOString(), 'utc')]}
      size={[WIDTH, HEIGHT]}
    >
      {ticks.map((tick) => (
        <line class="grid" x1="0" x2={WIDTH} y1={round(y(tick))} y2={round(y(tick))} />
      ))}
      <line class="base" x1="0" x2={WIDTH} y1={HEIGHT - EDGE} y2={HEIGHT - EDGE} />
      {series.map(({ steps }, index) => (
        <path class={`line s${index}`} d={pathOf(steps, x, y)} />
      ))}
      {series.flatMap(({ name, steps }) =>
        steps.map((step) => <Hit step={step} name={series.length > 1 ? `${name}: ` : ''} x={x} />),
      )}
    </Chart>
  );
}

type Scale = (value: number) => number;

/** The line of a series, with gaps where the model was not listed. */
function pathOf(steps: readonly ChartStep[], x: Scale, y: Scale): string {
  const draw = line<readonly [number, number]>(
    ([at]) => round(x(at)),
    ([, value]) => round(y(value)),
  ).curve(curveStepAfter);
  const stretches: ChartStep[][] = [];
  for (const step of steps) {
    const last = stretches.at(-1);
    if (last !== undefined && last.at(-1)?.to === step.from) last.push(step);
    else stretches.push([step]);
  }
  return stretches
    .map((stretch) => {
      const end = stretch.at(-1);
      const points = stretch.map(({ from, value }): [number, number] => [from, value]);
      return draw(end === undefined ? points : [...points, [end.to, end.value]]) ?? '';
    })
    .join('');
}

/** The area with the tooltip of a step, as high as the chart. */
function Hit({ step, name, x }: { readonly step: ChartStep; readonly name: string; readonly x: Scale }) {
  const left = round(x(step.from));
  return (
    <rect class="hit" x={left} y="0" width={Math.max(1, round(x(step.to) - left))} height={HEIGHT}>
      <title>{`${name}${step.words}`}</title>
    </rect>
  );
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
