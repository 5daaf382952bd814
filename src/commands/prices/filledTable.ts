import { perMillion } from '../../core/format/priceWords.ts';
import { exactCount } from '../../core/format/units.ts';
import { basePrice, type Offer } from '../../core/pricing/offers.ts';
import type { Cell, Column } from '../shared/columns.ts';
import { type Context, note, widthOf } from '../shared/context.ts';
import { printTable } from '../shared/output.ts';

export interface FilledColumn<T> extends Column {
  readonly cell: (row: T) => Cell;
  /** Left out on a narrow terminal, so that ids need not be cut: then they could not be copied. */
  readonly wide?: true;
}

const WIDE = 110;

/** Prints a table without empty columns and, on a narrow terminal, without the `wide` ones. */
export async function printFilled<T>(
  context: Context,
  all: readonly FilledColumn<T>[],
  rows: readonly T[],
): Promise<void> {
  const filled = all.filter(({ cell }) => rows.some(cell));
  const columns = filled.filter(({ wide }) => !wide || widthOf(context.stdout) >= WIDE);
  await printTable(
    context,
    columns,
    rows.map((row) => columns.map(({ cell }) => cell(row))),
  );
  const hidden = filled.filter((column) => !columns.includes(column)).map(({ title }) => title);
  if (hidden.length > 0) note(context, `Left out for want of room: ${hidden.join(', ')}.`);
}

export function countCell(tokens: number | null): Cell {
  return tokens === null ? null : exactCount(tokens);
}

/** The base price of a component per million tokens. */
export function priceCell(offer: Pick<Offer, 'prices'>, component: string): Cell {
  const amount = basePrice(offer, component);
  return amount === null ? null : perMillion(amount);
}

/** Notes on prices with conditions, which the table does not show. */
export function conditionNotes({ prices }: Pick<Offer, 'prices'>): string[] {
  const has = (pattern: RegExp): boolean => prices.some(({ condition }) => pattern.test(condition));
  return [...(has(/min_prompt_tokens/) ? ['tiers'] : []), ...(has(/utc_/) ? ['windows'] : [])];
}
