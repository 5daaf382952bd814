import { exactCount } from '../../core/format/units.ts';
import { perMillion } from '../../core/format/words.ts';
import { unitOf } from '../../core/pricing/components.ts';
import { type Blend, blendedPrice } from '../../core/pricing/offerOrder.ts';
import { basePrice, type Offer } from '../../core/pricing/offers.ts';
import { type Context, note } from '../shared/context.ts';
import { printTable, tableOptions } from '../shared/output.ts';
import type { Cell, Column } from '../shared/table.ts';

interface OfferColumn extends Column {
  readonly cell: (offer: Offer) => Cell;
  /** Left out where the terminal is narrow: ids that are cut cannot be copied. */
  readonly wide?: true;
}

const right = { align: 'right' } as const;
const count = (tokens: number | null): Cell => (tokens === null ? null : exactCount(tokens));
const price = (offer: Offer, component: string): Cell => {
  const amount = basePrice(offer, component);
  return amount === null ? null : perMillion(amount);
};
const COLUMNS: readonly OfferColumn[] = [
  { title: 'model', flexible: true, cell: ({ model }) => model },
  { title: 'in /M', ...right, cell: (offer) => price(offer, 'prompt') },
  { title: 'out /M', ...right, cell: (offer) => price(offer, 'completion') },
  { title: 'cache read', ...right, wide: true, cell: (offer) => price(offer, 'input_cache_read') },
  { title: 'context', ...right, cell: ({ contextLength }) => count(contextLength) },
  { title: 'max out', ...right, wide: true, cell: ({ maxCompletionTokens }) => count(maxCompletionTokens) },
  { title: 'notes', isNote: true, cell: notes },
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
  const cell = (offer: Offer): Cell => {
    const amount = blendedPrice(offer, blend);
    return amount === null ? null : perMillion(amount);
  };
  return [...COLUMNS.slice(0, 3), { title, ...right, cell }, ...COLUMNS.slice(3)];
}

/** What the columns do not show: prices of other kinds, tiers, windows. */
function notes({ prices: rows }: Offer): string {
  const conditions = new Set(rows.map(({ condition }) => condition));
  const has = (pattern: RegExp): boolean => [...conditions].some((condition) => pattern.test(condition));
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
  return [...(has(/min_prompt_tokens/) ? ['tiers'] : []), ...(has(/utc_/) ? ['windows'] : []), ...also].join(', ');
}
