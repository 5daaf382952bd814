import { scaleLinear } from 'd3-scale';
import { Chart } from './chart.tsx';

/** Two counts for one moment, of which one is drawn upwards and one downwards. */
interface Bar {
  readonly label: string;
  readonly up: number;
  readonly down: number;
  readonly words: string;
}

const HEIGHT = 160;
const WIDTH = 10;
const GAP = 2;

interface BarChartProps {
  readonly label: string;
  readonly bars: readonly Bar[];
  readonly names: readonly [up: string, down: string];
}

/** A chart with bars above and below a line. */
export function BarChart({ label, bars, names }: BarChartProps) {
  const [up, down] = [Math.max(1, ...bars.map((bar) => bar.up)), Math.max(1, ...bars.map((bar) => bar.down))];
  const y = scaleLinear([up, -down], [2, HEIGHT - 2]);
  const width = Math.max(1, bars.length) * WIDTH;
  const across = (index: number) => ({ x: index * WIDTH + GAP / 2, width: WIDTH - GAP });
  return (
    <Chart
      label={label}
      names={names}
      ends={[up, down]}
      times={[bars[0]?.label, bars.at(-1)?.label]}
      size={[width, HEIGHT]}
    >
      {bars.map((bar, index) => (
        <g>
          <rect class="bar s0" {...across(index)} y={y(bar.up)} height={y(0) - y(bar.up)} />
          <rect class="bar s1" {...across(index)} y={y(0)} height={y(-bar.down) - y(0)} />
          <rect class="hit" x={index * WIDTH} width={WIDTH} y="0" height={HEIGHT}>
            <title>{bar.words}</title>
          </rect>
        </g>
      ))}
      <line class="base" x1="0" x2={width} y1={y(0)} y2={y(0)} />
    </Chart>
  );
}
