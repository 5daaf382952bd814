import type { Child } from 'hono/jsx';
import { OUTPUT_MODALITIES } from '../../../core/query/modelParameters.ts';
import { MODEL_ORDERS } from '../../../core/query/order.ts';
import type { ListPage } from './listPage.ts';

const INPUTS = ['image', 'file', 'audio', 'video'];
const CONTEXTS = [
  ['32000', '32k'],
  ['128000', '128k'],
  ['200000', '200k'],
  ['1000000', '1M'],
] as const;
/** Asked for most; the others stand behind them. */
const COMMON = ['tools', 'reasoning', 'structured_outputs'];

/** The filters of the list as one form; what it sends is what the API takes. */
export function ListForm({ page: { frame, query, authors, abilities } }: { readonly page: ListPage }) {
  const values = (name: string): string[] => query.getAll(name).flatMap((value) => value.split(','));
  const value = (name: string): string => query.get(name) ?? '';
  const rest = abilities.filter((ability) => !COMMON.includes(ability));
  return (
    <form class="filters" action={frame.site.link('/')} method="get" aria-label="Filter models">
      <Field label="Search">
        <input type="search" name="q" value={value('q')} maxlength={200} size={18} />
      </Field>
      <Field label="Author">
        <Select name="model_authors" value={value('model_authors')} options={[['', 'any'], ...pairs(authors)]} />
      </Field>
      <Field label="In at most, $/M">
        <input type="number" name="max_price" value={value('max_price')} min="0" step="any" inputmode="decimal" />
      </Field>
      <Field label="Context at least">
        <Select name="context" value={value('context')} options={[['', 'any'], ...CONTEXTS]} />
      </Field>
      <Field label="As of, UTC">
        <input type="text" name="as_of" value={value('as_of')} placeholder="now" size={10} autocomplete="off" />
      </Field>
      <Actions reset={frame.site.link('/')} />
      <details class="more" open={MORE.some((name) => query.has(name))}>
        <summary>More filters and orders</summary>
        <div class="fields">
          <Field label="Out at most, $/M">
            <input
              type="number"
              name="max_output_price"
              value={value('max_output_price')}
              min="0"
              step="any"
              inputmode="decimal"
            />
          </Field>
          <Field label="Output">
            <Select name="output_modalities" value={value('output_modalities')} options={OUTPUTS} />
          </Field>
          <Field label="Order">
            <Select name="sort" value={value('sort')} options={ORDERS} />
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

/** What stands under "more": it is open where any of it is in use. */
const MORE = ['max_output_price', 'output_modalities', 'sort', 'input_modalities', 'free', 'supported_parameters'];
const OUTPUTS = [['', 'text'], ['all', 'all'], ...pairs(OUTPUT_MODALITIES.slice(1))] as const;
const ORDERS = [
  ['', 'as upstream lists them'] as const,
  ...MODEL_ORDERS.map((order) => [order, order.replaceAll('-', ' ')] as const),
];

/** What sends a form, and what empties it. */
export function Actions({ reset, send = 'Show' }: { readonly reset?: string; readonly send?: string }) {
  return (
    <p class="actions">
      <button type="submit">{send}</button> {reset === undefined ? null : <a href={reset}>Reset</a>}
    </p>
  );
}

export function Field({ label, children }: { readonly label: string; readonly children: Child }) {
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: its control is what it is given
    <label class="field">
      <span>{label}</span>
      {children}
    </label>
  );
}

type Options = readonly (readonly [value: string, words: string])[];

export function Select({
  name,
  value,
  options,
}: {
  readonly name: string;
  readonly value: string;
  readonly options: Options;
}) {
  return (
    <select name={name}>
      {withOwn(options, value).map(([option, words]) => (
        <option value={option} selected={option === value}>
          {words}
        </option>
      ))}
    </select>
  );
}

/** A value that was typed into the address is shown too. */
function withOwn(options: Options, value: string): Options {
  return value === '' || options.some(([option]) => option === value) ? options : [...options, [value, value]];
}

function pairs(values: readonly string[]): Options {
  return values.map((value) => [value, value]);
}

interface BoxesProps {
  readonly legend: string;
  readonly name: string;
  readonly options: readonly string[];
  readonly chosen: readonly string[];
  /** Instead of the option's own. */
  readonly words?: string;
}

export function Boxes({ legend, name, options, chosen, words }: BoxesProps) {
  return (
    <fieldset>
      <legend>{legend}</legend>
      {options.map((option) => (
        <label class="box">
          <input type="checkbox" name={name} value={option} checked={chosen.includes(option)} />{' '}
          {words ?? option.replaceAll('_', ' ')}
        </label>
      ))}
    </fieldset>
  );
}
