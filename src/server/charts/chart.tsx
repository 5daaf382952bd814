import type { Child } from 'hono/jsx';

interface ChartProps {
  readonly label: string;
  /** What is drawn, where it is several things. */
  readonly names: readonly string[];
  /** The words at the upper and the lower end of the axis. */
  readonly ends: readonly [top: string | number, bottom: string | number];
  /** The words at the left and the right. */
  readonly times: readonly [first: string | undefined, last: string | undefined];
  /** Units of the drawing, which is stretched to its place; lines keep their width, and words stand around it. */
  readonly size: readonly [width: number, height: number];
  readonly children: Child;
}

/** What stands around a drawing. */
export function Chart({ label, names, ends, times, size, children }: ChartProps) {
  return (
    <figure class="chart">
      <figcaption>
        {label}
        {names.length < 2 ? null : (
          <span class="legend">
            {names.map((name, index) => (
              <span class={`key s${index}`}>{name}</span>
            ))}
          </span>
        )}
      </figcaption>
      <div class="plot">
        <Ends kind="axis" words={ends} />
        <svg
          viewBox={`0 0 ${size.join(' ')}`}
          preserveAspectRatio="none"
          role="img"
          aria-label={`${label}; the table has the numbers`}
        >
          {children}
        </svg>
      </div>
      <Ends kind="times" words={times} />
    </figure>
  );
}

function Ends({ kind, words }: { readonly kind: string; readonly words: readonly (string | number | undefined)[] }) {
  return (
    <div class={kind} aria-hidden="true">
      {words.map((word) => (
        <span>{word}</span>
      ))}
    </div>
  );
}
