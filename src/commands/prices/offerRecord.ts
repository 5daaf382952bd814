import { type Blend, blendedPrice } from '../../core/pricing/offerOrder.ts';
import { basePrice, isDynamic, isFree, type Offer } from '../../core/pricing/offers.ts';
import { COMPONENTS, unitOf } from '../../core/reading/components.ts';

const COMPONENT_KEYS = COMPONENTS.map(({ component }) => component);
/** The keys of a record, which are the columns of CSV. */
export const KEYS = [
  ...['model', 'name', 'author', 'contextLength', 'maxCompletionTokens', 'free', 'dynamic'],
  ...COMPONENT_KEYS,
  ...['conditional', 'imageUnit', 'blend'],
];

/** An offer as `--json` and `--csv` print it. */
export function toRecord(offer: Offer, blend: Blend | undefined) {
  const { model, name, author, contextLength, maxCompletionTokens, prices: rows } = offer;
  const base = COMPONENT_KEYS.map((component) => [component, basePrice(offer, component)]);
  const conditional = rows
    .filter(({ condition }) => condition !== '')
    .map(({ component, condition, price, dynamic }) => ({ component, condition, price, dynamic }));
  return {
    model,
    name,
    author,
    contextLength,
    maxCompletionTokens,
    conditional,
    free: isFree(offer),
    dynamic: isDynamic(offer),
    ...Object.fromEntries(base),
    blend: blend === undefined ? null : blendedPrice(offer, blend),
    imageUnit: basePrice(offer, 'image') === null ? null : unitOf('image', rows),
  };
}
