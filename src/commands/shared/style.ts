import { styleText } from 'node:util';
import { type Context, hasColor, isAscii } from './context.ts';

/** Colour where it suits; what it says is also said without it. */
export class Style {
  readonly ascii: boolean;
  readonly #color: boolean;

  constructor(color: boolean, ascii: boolean) {
    this.#color = color;
    this.ascii = ascii;
  }

  static of(context: Context): Style {
    return new Style(hasColor(context), isAscii(context));
  }

  good = (text: string): string => this.#paint('green', text);
  bad = (text: string): string => this.#paint('red', text);
  quiet = (text: string): string => this.#paint('dim', text);
  strong = (text: string): string => this.#paint('bold', text);

  /** Green for the better, red for the worse. */
  move(isBetter: boolean | null, text: string): string {
    if (isBetter === null) return text;
    return isBetter ? this.good(text) : this.bad(text);
  }

  #paint(style: 'green' | 'red' | 'dim' | 'bold', text: string): string {
    return this.#color ? styleText(style, text, { validateStream: false }) : text;
  }
}
