import { Style } from './style.ts';

type NamedValue = readonly [name: string, lines: (room: number) => readonly string[]];

/** Values behind their names, in two columns. The first line of a value stands beside its name, the others below it. */
export function namedLines(values: readonly NamedValue[], style = new Style(), width = style.width): string {
  const margin = Math.max(0, ...values.map(([name]) => name.length)) + 2;
  const lines = values.flatMap(([name, linesOf]) =>
    linesOf(width - margin).map((line, index) => `${style.quiet((index === 0 ? name : '').padEnd(margin))}${line}`),
  );
  return lines.join('\n');
}
