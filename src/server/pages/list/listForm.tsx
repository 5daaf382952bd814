import { OUTPUT_MODALITIES } from '../../../core/query/modelParameters.ts';
import { MODEL_ORDERS } from '../../../core/query/order.ts';
import { Actions, AsOfField, Boxes, type Choices, Field, queryFields, Select, type TextFieldProps } from '../form.tsx';
import type { ListPage } from './listData.ts';

const INPUTS = ['image', 'file', 'audio', 'video'];
const CONTEXTS = [
  ['32000', '32k'],
  ['128000', '128k'],
  ['200000', '200k'],
  ['1000000', '1M'],
] as const;
/** The most wanted abilities, which come first. */
const COMMON = ['tools', 'reasoning', 'structured_outputs'];

/** The filters of the list. Its fields are the parameters of the API. */
export function ListForm({ page: { frame, query, authors, abilities } }: { readonly page: ListPage }) {
  const values = (name: string): string[] => query.getAll(name).flatMap((value) => value.split(','));
  const field = queryFields(query);
  const rest = abilities.filter((ability) => !COMMON.includes(ability));
  return (
    <form class="filters" action={frame.site.link('/')} method="get" aria-label="Filter models">
      <Field label="Search">
        <input type="search" {...field('q')} maxlength={200} size={18} />
      </Field>
      <Field label="Author">
        <Select {...field('model_authors')} options={[['', 'any'], ...pairs(authors)]} />
      </Field>
      <PriceField label="In at most, $/M" {...field('max_price')} />
      <Field label="Context at least">
        <Select {...field('context')} options={[['', 'any'], ...CONTEXTS]} />
      </Field>
      <AsOfField value={frame.asOf} />
      <Actions reset={frame.site.link('/')} />
      <details class="more" open={MORE.some((name) => query.has(name))}>
        <summary>More filters and orders</summary>
        <div class="fields">
          <PriceField label="Out at most, $/M" {...field('max_output_price')} />
          <Field label="Output">
            <Select {...field('output_modalities')} options={OUTPUTS} />
          </Field>
          <Field label="Order">
            <Select {...field('sort')} options={ORDERS} />
          </Field>
          <Boxes legend="Takes" name="input_modalities" options={INPUTS} chosen={values('input_modalities')} />
          <Boxes legend="Costs" name="free" options={['true']} chosen={values('free')} words="nothing" />
          <Boxes
            legend="Supports"
            name="supported_parameters"
            options={[...COMMON, ...rest]}
            chosen={values('supported_parameters')}
          />
        </div>
      </details>
    </form>
  );
}

function PriceField({ label, ...input }: Pick<TextFieldProps, 'label' | 'name' | 'value'>) {
  return (
    <Field label={label}>
      <input type="number" {...input} min="0" step="any" inputmode="decimal" />
    </Field>
  );
}

/** The fields under "More filters", which is open if one of them is in use. */
const MORE = ['max_output_price', 'output_modalities', 'sort', 'input_modalities', 'free', 'supported_parameters'];
const OUTPUTS = [['', 'text'], ['all', 'all'], ...pairs(OUTPUT_MODALITIES.slice(1))] as const;
const ORDERS = [
  ['', 'as upstream lists them'] as const,
  ...MODEL_ORDERS.map((order) => [order, order.replaceAll('-', ' ')] as const),
];

function pairs(values: readonly string[]): Choices {
  return values.map((value) => [value, value]);
}
