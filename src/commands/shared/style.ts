import { styleText } from 'node:util';
import type { TextStyle } from './columns.ts';
import { type Terminal, widthOf } from './context.ts';

/** How results look on their output: its width, and whether it shows colours. Nothing is said by colour alone. */
export class Style {
  /** The columns of the terminal; infinite for a pipe. */
  readonly width: number;
  /** Whether the terminal may be unable to show arrows and blocks. */
  readonly ascii: boolean;
  readonly #color: boolean;

  constructor({ width = Number.POSITIVE_INFINITY, color = false, ascii = false } = {}) {
    this.width = width;
    this.ascii = ascii;
    this.#color = color;
  }

  static of({ env, stdout }: Terminal): Style {
    const isDumb = env.TERM === 'dumb';
    const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || '';
    return new Style({
      width: widthOf(stdout),
      color: stdout.isTTY === true && !env.NO_COLOR && !isDumb,
      ascii: isDumb || env.TERM === 'linux' || /^(?:C|POSIX)$/.test(locale),
    });
  }

  good = (text: string): string => this.paint(text, 'green');
  bad = (text: string): string => this.paint(text, 'red');
  quiet = (text: string): string => this.paint(text, 'dim');
  strong = (text: string): string => this.paint(text, 'bold');

  /** Green for a change to the better, red for one to the worse. */
  move(isBetter: boolean | null, text: string): string {
    if (isBetter === null) return text;
    return isBetter ? this.good(text) : this.bad(text);
  }

  paint(text: string, style: TextStyle | undefined): string {
    return this.#color && style !== undefined ? styleText(style, text, { validateStream: false }) : text;
  }
}

type NamedValue = readonly [name: string, lines: (room: number) => readonly string[]];

/** Values behind their names, in two columns. The first line of a value stands beside its name, the others below it. */
export function namedLines(values: readonly NamedValue[], style = new Style(), width = style.width): string {
  const margin = Math.max(0, ...values.map(([name]) => name.length)) + 2;
  const lines = values.flatMap(([name, linesOf]) =>
    linesOf(width - margin).map((line, index) => `${style.quiet((index === 0 ? name : '').padEnd(margin))}${line}`),
  );
  return lines.join('\n');
}
