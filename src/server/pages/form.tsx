import type { Child } from 'hono/jsx';
import { UsageError } from '../../core/errors.ts';

/** The button that sends a form, and the link that clears it. */
export function Actions({ reset, send = 'Show' }: { readonly reset?: string; readonly send?: string }) {
  return (
    <p class="actions">
      <button type="submit">{send}</button> {reset === undefined ? null : <a href={reset}>Reset</a>}
    </p>
  );
}

export function Field({ label, children }: { readonly label: string; readonly children: Child }) {
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: its control is among the children
    <label class="field">
      <span>{label}</span>
      {children}
    </label>
  );
}

export interface TextFieldProps {
  readonly label: string;
  readonly name: string;
  readonly value: string;
  readonly placeholder?: string;
  /** The width in letters. */
  readonly size?: number;
  /** The id of the list of suggestions. */
  readonly list?: string;
}

export function TextField({ label, ...input }: TextFieldProps) {
  return (
    <Field label={label}>
      <input type="text" {...input} autocomplete="off" />
    </Field>
  );
}

/** For a field's name, the props that fill it from the query. */
export function queryFields(query: URLSearchParams): (name: string) => Pick<TextFieldProps, 'name' | 'value'> {
  return (name) => ({ name, value: query.get(name) ?? '' });
}

/** The values of a selection, each with its label. */
export type Choices = readonly (readonly [value: string, words: string])[];

export function Select({
  name,
  value,
  options,
}: Pick<TextFieldProps, 'name' | 'value'> & { readonly options: Choices }) {
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

/** Adds the current value, if it was typed into the address and is none of the options. */
function withOwn(options: Choices, value: string): Choices {
  return value === '' || options.some(([option]) => option === value) ? options : [...options, [value, value]];
}

interface BoxesProps {
  readonly legend: string;
  readonly name: string;
  readonly options: readonly string[];
  readonly chosen: readonly string[];
  /** The label, instead of the option itself. */
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

/** A field for a number, as text so that `10k` can be typed; the server checks it. */
export function Count({ name, value, placeholder }: Pick<TextFieldProps, 'name' | 'value' | 'placeholder'>) {
  const kind = { type: 'text', inputmode: 'decimal' } as const;
  return <input {...kind} name={name} value={value} size={8} autocomplete="off" placeholder={placeholder} />;
}

/** The suggestions for fields whose `list` is `ids`. */
export function Ids({ ids }: { readonly ids: readonly string[] }) {
  return (
    <datalist id="ids">
      {ids.map((id) => (
        <option value={id} />
      ))}
    </datalist>
  );
}

/** A field for the instant that the page is about. */
export function AsOfField({ value }: { readonly value: string }) {
  return <TextField label="As of, UTC" name="as_of" value={value} placeholder="now" size={10} />;
}

/** A hidden field that keeps the instant that the page is about. */
export function AsOf({ asOf }: { readonly asOf: string | null }) {
  return asOf === null || asOf === '' ? null : <input type="hidden" name="as_of" value={asOf} />;
}

/** What is wrong with what was typed. */
export function Problem({ words }: { readonly words: string | null }) {
  return words === null ? null : (
    <p class="problem" role="alert">
      {words}
    </p>
  );
}

/** An answer to what was typed, or else `otherwise` and what is wrong, which is shown beside the form. */
export function orProblem<T>(answer: () => T, otherwise: T): readonly [answer: T, problem: string | null] {
  try {
    return [answer(), null];
  } catch (error) {
    if (error instanceof UsageError) return [otherwise, error.message];
    throw error;
  }
}
