import { type CsvValue, csv } from '../../../core/format/csv.ts';
import { readModelParameters } from '../../../core/query/modelParameters.ts';
import { COMPONENTS } from '../../../core/reading/components.ts';
import { isObject } from '../../../core/reading/json.ts';
import { baseAmount, readPricing } from '../../../core/reading/pricing.ts';
import { selectModels } from '../../api/models.ts';
import { listAt, type Question } from '../../question.ts';
import type { ServedModel } from '../../source/lists.ts';

const PRICES = COMPONENTS.map(({ component }) => component);

/** The list as CSV, with the filters of the page and exact base prices in USD per unit. */
export function modelsCsv(question: Question): string {
  const list = listAt(question);
  const { found } = selectModels(question, list, readModelParameters(question.request.parameters));
  return csv([['id', 'name', 'created', 'context_length', ...PRICES, 'conditional'], ...found.map(row)]);
}

function row({ id, facets, document }: ServedModel): CsvValue[] {
  const { name, created, contextLength } = facets;
  const { prices } = readPricing(isObject(document.pricing) ? document.pricing : {});
  return [
    id,
    name,
    created === null ? null : new Date(created * 1000).toISOString(),
    contextLength,
    ...PRICES.map((component) => baseAmount(prices, component)),
    [...prices.values()].filter(({ condition }) => condition !== '').length,
  ];
}
