import { exactCount } from '../../core/format/units.ts';
import { perMillion } from '../../core/format/words.ts';
import type { PriceRow } from '../../core/pricing/applicablePrice.ts';
import { unitOf } from '../../core/pricing/components.ts';
import { type Blend, blendedPrice } from '../../core/pricing/offerOrder.ts';
import { basePrice, type Offer } from '../../core/pricing/offers.ts';
import { type Cell, type Column, flexible, right } from '../shared/columns.ts';
import { type Context, note } from '../shared/context.ts';
import { printTable, tableOptions } from '../shared/output.ts';

interface OfferColumn extends Column {
  readonly cell: (offer: Offer) => Cell;
  /** Left out where the terminal is narrow: ids that are cut cannot be copied. */
  readonly wide?: true;
}

const COLUMNS: readonly OfferColumn[] = [
  { ...flexible('model'), cell: ({ model }) => model },
  { ...right('in /M'), cell: (offer) => priceCell(offer, 'prompt') },
  { ...right('out /M'), cell: (offer) => priceCell(offer, 'completion') },
  { ...right('cache read'), wide: true, cell: (offer) => priceCell(offer, 'input_cache_read') },
  { ...right('context'), cell: ({ contextLength }) => tokensCell(contextLength) },
  { ...right('max out'), wide: true, cell: ({ maxCompletionTokens }) => tokensCell(maxCompletionTokens) },
  { ...flexible('notes'), cell: notes },
];
const WIDE = 110;

/** Prints a price list, in as many columns as the terminal has room for; a column with nothing in it is left out. */
export async function printOffers(offers: readonly Offer[], context: Context, blend?: Blend): Promise<void> {
  const { width = WIDE } = tableOptions(context);
  const filled = withBlend(blend).filter(({ cell }) => offers.some(cell));
  const columns = filled.filter(({ wide }) => !wide || width >= WIDE);
  const rows = offers.map((offer) => columns.map(({ cell }) => cell(offer)));
  await printTable(context, columns, rows);
  const hidden = filled.filter((column) => !columns.includes(column)).map(({ title }) => title);
  if (hidden.length > 0) note(context, `Left out for want of room: ${hidden.join(', ')}.`);
}

/** The columns, with the blend behind the prices that it is made of. */
function withBlend(blend: Blend | undefined): readonly OfferColumn[] {
  if (blend === undefined) return COLUMNS;
  const title = `${blend.prompt}:${blend.completion} /M`;
  const cell = (offer: Offer): Cell => millionCell(blendedPrice(offer, blend));
  return [...COLUMNS.slice(0, 3), { ...right(title), cell }, ...COLUMNS.slice(3)];
}

/** A base price in USD per million tokens. */
export function priceCell(offer: Pick<Offer, 'prices'>, component: string): Cell {
  return millionCell(basePrice(offer, component));
}

function millionCell(amount: string | null): Cell {
  return amount === null ? null : perMillion(amount);
}

export function tokensCell(tokens: number | null): Cell {
  return tokens === null ? null : exactCount(tokens);
}

/** Which kinds of conditions some prices have. */
export function conditionKinds(prices: readonly PriceRow[]): string[] {
  const has = (pattern: RegExp): boolean => prices.some(({ condition }) => pattern.test(condition));
  return [...(has(/min_prompt_tokens/) ? ['tiers'] : []), ...(has(/utc_/) ? ['windows'] : [])];
}

/** What the columns do not show: prices of other kinds, tiers, windows. */
function notes({ prices: rows }: Offer): string {
  const also = rows
    .filter(
      ({ component, condition, price }) =>
        condition === '' &&
        price !== '0' &&
        /^(?:request|image|web_search|audio)$/.test(component) &&
        // Image tokens at the price of the prompt are no price of their own.
        unitOf(component, rows) !== 'image token',
    )
    .map(({ component }) => component);
  return [...conditionKinds(rows), ...also].join(', ');
}
