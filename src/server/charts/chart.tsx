import type { Child } from 'hono/jsx';

interface ChartProps {
  readonly label: string;
  /** The names of the series; a legend shows them if there are several. */
  readonly names: readonly string[];
  /** The labels of the vertical axis. */
  readonly ends: readonly [top: string | number, bottom: string | number];
  /** The labels of the horizontal axis. */
  readonly times: readonly [first: string | undefined, last: string | undefined];
  /** The size of the drawing in its own units. It is stretched to the page, so texts are outside of it. */
  readonly size: readonly [width: number, height: number];
  readonly children: Child;
}

/** A drawing with its title, legend and axes. */
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
