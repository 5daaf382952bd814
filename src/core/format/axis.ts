/** The vertical axis of a chart of text. */
export interface ValueAxis {
  /** The line that a value is drawn on, counted from the bottom. */
  readonly lineOf: (value: number) => number;
  /** The label of each line, from the bottom; empty where there is no value. */
  readonly labels: readonly string[];
}

interface Labelled {
  readonly value: number | null;
  readonly label: string;
}

/** Whether heights are logarithms: where the greatest value is more than ten times the least one above zero. */
export function isLogScale(points: readonly Labelled[]): boolean {
  const positive = distinct(points).filter((value) => value > 0);
  return (positive.at(-1) ?? 0) > (positive[0] ?? 0) * 10;
}

/**
 * Lines to scale between the least value and the greatest. A line is labelled with its value, or with `<=` and the
 * greatest of its values. Zero, which has no logarithm, has the lowest line for itself.
 * @param height the most lines
 */
export function valueAxis(points: readonly Labelled[], height: number): ValueAxis {
  const values = distinct(points);
  const lines = values.length < 2 ? values.length : Math.min(height, 2 * values.length);
  const isLog = isLogScale(points);
  const below = isLog && (values[0] ?? 0) <= 0 ? 1 : 0;
  const scale = isLog ? Math.log : (value: number): number => value;
  const [low, high] = [scale(values[below] ?? 0), scale(values.at(-1) ?? 0)];
  const lineOf = (value: number): number => {
    if (below > 0 && value <= 0) return 0;
    const share = high === low ? 0 : (scale(value) - low) / (high - low);
    return below + Math.round(share * (lines - 1 - below));
  };
  const labelOf = new Map(points.map(({ value, label }) => [value, label]));
  const labels = Array.from({ length: lines }, (_, line) => {
    const here = values.filter((value) => lineOf(value) === line);
    const label = labelOf.get(here.at(-1) ?? Number.NaN) ?? '';
    return here.length > 1 ? `<= ${label}` : label;
  });
  return { lineOf, labels };
}

function distinct(points: readonly Labelled[]): number[] {
  const values = points.flatMap(({ value }) => (value === null ? [] : [value]));
  return [...new Set(values)].sort((a, b) => a - b);
}
