import type { Child } from 'hono/jsx';
import { MODEL_ORDERS } from '../../core/query/order.ts';
import { OUTPUT_MODALITIES } from '../../core/query/parameters.ts';
import type { ListPage } from './list.tsx';

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
  const isOpen = rest.some((ability) => values('supported_parameters').includes(ability));
  return (
    <form class="filters" action={frame.site.link('/')} method="get" aria-label="Filter models">
      <Field label="Search">
        <input type="search" name="q" value={value('q')} maxlength={200} />
      </Field>
      <Field label="Author">
        <Select name="model_authors" value={value('model_authors')} options={[['', 'any'], ...pairs(authors)]} />
      </Field>
      <Field label="Output">
        <Select
          name="output_modalities"
          value={value('output_modalities')}
          options={[['', 'text'], ['all', 'all'], ...pairs(OUTPUT_MODALITIES.slice(1))]}
        />
      </Field>
      <Field label="Context at least">
        <Select
          name="context"
          value={value('context')}
          options={[['', 'any'], ...withOwn(CONTEXTS, value('context'))]}
        />
      </Field>
      <Field label="In at most, $/M">
        <input type="number" name="max_price" value={value('max_price')} min="0" step="any" inputmode="decimal" />
      </Field>
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
      <Field label="Order">
        <Select
          name="sort"
          value={value('sort')}
          options={[
            ['', 'as upstream lists them'],
            ...MODEL_ORDERS.map((order): [string, string] => [order, order.replaceAll('-', ' ')]),
          ]}
        />
      </Field>
      <Field label="As of, UTC">
        <input type="text" name="as_of" value={value('as_of')} placeholder="now" size={12} autocomplete="off" />
      </Field>
      <fieldset>
        <legend>Takes</legend>
        <Boxes name="input_modalities" options={INPUTS} chosen={values('input_modalities')} />
      </fieldset>
      <fieldset>
        <legend>Supports</legend>
        <Boxes name="supported_parameters" options={COMMON} chosen={values('supported_parameters')} />
        <details open={isOpen}>
          <summary>more</summary>
          <Boxes name="supported_parameters" options={rest} chosen={values('supported_parameters')} />
        </details>
      </fieldset>
      <fieldset>
        <legend>Price</legend>
        <label class="box">
          <input type="checkbox" name="free" value="true" checked={value('free') === 'true'} /> free
        </label>
      </fieldset>
      <p class="actions">
        <button type="submit">Show</button> <a href={frame.site.link('/')}>Reset</a>
      </p>
    </form>
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

function Boxes({
  name,
  options,
  chosen,
}: {
  readonly name: string;
  readonly options: readonly string[];
  readonly chosen: readonly string[];
}) {
  return (
    <>
      {options.map((option) => (
        <label class="box">
          <input type="checkbox" name={name} value={option} checked={chosen.includes(option)} />{' '}
          {option.replaceAll('_', ' ')}
        </label>
      ))}
    </>
  );
}
