import { perMillion } from '../../core/format/priceWords.ts';
import { type Blend, blendedPrice } from '../../core/pricing/offerOrder.ts';
import type { Offer } from '../../core/pricing/offers.ts';
import { unitOf } from '../../core/reading/components.ts';
import { type Cell, flexible, remark, right } from '../shared/columns.ts';
import { conditionNotes, countCell, type FilledColumn, priceCell } from './filledTable.ts';

const COLUMNS: readonly FilledColumn<Offer>[] = [
  { ...flexible('model'), cell: ({ model }) => model },
  { ...right('in /M'), cell: (offer) => priceCell(offer, 'prompt') },
  { ...right('out /M'), cell: (offer) => priceCell(offer, 'completion') },
  { ...right('cache read'), wide: true, cell: (offer) => priceCell(offer, 'input_cache_read') },
  { ...right('context'), cell: ({ contextLength }) => countCell(contextLength) },
  { ...right('max out'), wide: true, cell: ({ maxCompletionTokens }) => countCell(maxCompletionTokens) },
  { ...remark('notes'), cell: notes },
];

/** The columns of a price list, with the blended price after the prices that it is made of. */
export function offerColumns(blend: Blend | undefined): readonly FilledColumn<Offer>[] {
  if (blend === undefined) return COLUMNS;
  const title = `${blend.prompt}:${blend.completion} /M`;
  const cell = (offer: Offer): Cell => {
    const amount = blendedPrice(offer, blend);
    return amount === null ? null : perMillion(amount);
  };
  return [...COLUMNS.slice(0, 3), { ...right(title), cell }, ...COLUMNS.slice(3)];
}

/** Notes on prices that the columns do not show: of other components, and with conditions. */
function notes(offer: Offer): string {
  const { prices: rows } = offer;
  const also = rows
    .filter(
      ({ component, condition, price }) =>
        condition === '' &&
        price !== '0' &&
        /^(?:request|image|web_search|audio)$/.test(component) &&
        // The price of `image` equals that of `prompt` then, so it is not worth a note.
        unitOf(component, rows) !== 'image token',
    )
    .map(({ component }) => component);
  return [...conditionNotes(offer), ...also].join(', ');
}
