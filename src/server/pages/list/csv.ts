import { type CsvValue, csv } from '../../../core/format/csv.ts';
import { COMPONENTS } from '../../../core/pricing/components.ts';
import { readModelParameters } from '../../../core/query/modelParameters.ts';
import { isObject } from '../../../core/reading/json.ts';
import { readPricing } from '../../../core/reading/pricing.ts';
import { listAt } from '../../api/listAt.ts';
import { queryOf, selectFrom } from '../../api/models.ts';
import type { Asked } from '../../http/asked.ts';
import type { View } from '../../source/ledgerSource.ts';
import type { ServedModel } from '../../source/lists.ts';

const PRICES = COMPONENTS.map(({ component }) => component);

/** The list as a table for a spreadsheet, by the filters of the page: base prices exact in USD per unit. */
export function modelsCsv(asked: Asked, view: View): string {
  const found = selectFrom(
    listAt(asked, view),
    queryOf(asked, view, readModelParameters(asked.parameters)),
    asked,
    view,
  );
  return csv([['id', 'name', 'created', 'context_length', ...PRICES, 'conditional'], ...found.map(row)]);
}

function row({ id, facets, document }: ServedModel): CsvValue[] {
  const { name, created, contextLength } = facets;
  const prices = isObject(document.pricing) ? [...readPricing(document.pricing).prices.values()] : [];
  const base = (component: string): string | null =>
    prices.find((price) => price.component === component && price.condition === '')?.amount ?? null;
  const conditional = prices.filter(({ condition }) => condition !== '').length;
  return [
    id,
    name,
    created === null ? null : new Date(created * 1000).toISOString(),
    contextLength,
    ...PRICES.map(base),
    conditional,
  ];
}
