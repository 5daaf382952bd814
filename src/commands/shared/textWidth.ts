import type Table from 'cli-table3';

/** The way cli-table3 is made, passed on because it is loaded only when a table is printed. */
type Make = (options?: Table.TableConstructorOptions) => Table.Table;

/** cli-table3's time grows with the square of what it is given, so it is given some at a time. */
const AT_A_TIME = 50;
/** Text whose width is its length, which spares the measuring. */
export const PLAIN = /^[ -~…▲▼]*$/;
const NO_BORDER = { top: '', 'top-mid': '', 'top-left': '', 'top-right': '', bottom: '', 'bottom-mid': '' };
const NO_RULES = { 'bottom-left': '', 'bottom-right': '', left: '', 'left-mid': '', mid: '', 'mid-mid': '' };
const CHARS = { ...NO_BORDER, ...NO_RULES, right: '', 'right-mid': '', middle: '  ' };
const STYLE = { 'padding-left': 0, 'padding-right': 0, head: [], border: [], compact: true };

/** Widths in terminal cells, wide characters counted twice: as cli-table3 itself lays them out, many in a row. */
export class TextWidth {
  readonly #widthOf = new Map<string, number>();
  readonly #make: Make | undefined;

  private constructor(make?: Make) {
    this.#make = make;
  }

  /** cli-table3 is loaded only for texts whose width is not their length. */
  static async for(texts: readonly string[]): Promise<TextWidth> {
    if (texts.every((text) => PLAIN.test(text))) return new TextWidth();
    const { default: CliTable } = await import('cli-table3');
    return new TextWidth((options) => new CliTable({ chars: CHARS, style: STYLE, ...options }));
  }

  width(text: string): number {
    return this.widths([text])[0] ?? 0;
  }

  widths(texts: readonly string[]): readonly number[] {
    const others = [...new Set(texts)].filter((text) => !PLAIN.test(text) && !this.#widthOf.has(text));
    for (let first = 0; first < others.length; first += AT_A_TIME) this.#lay(others.slice(first, first + AT_A_TIME));
    return texts.map((text) => this.#widthOf.get(text) ?? text.length);
  }

  #lay(texts: readonly string[]): void {
    const table = this.#make?.();
    if (table === undefined) return;
    table.push([...texts]);
    table.toString();
    texts.forEach((text, index) => {
      this.#widthOf.set(text, table.options.colWidths[index] ?? 0);
    });
  }
}
