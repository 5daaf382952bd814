import type { Child } from 'hono/jsx';
import { UsageError } from '../../core/errors.ts';

/** The parts of forms. */

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

export interface TextFieldProps {
  readonly label: string;
  readonly name: string;
  readonly value: string;
  readonly placeholder?: string;
  /** Letters. */
  readonly size?: number;
  /** The id of the list whose values are proposed. */
  readonly list?: string;
}

export function TextField({ label, ...input }: TextFieldProps) {
  return (
    <Field label={label}>
      <input type="text" {...input} autocomplete="off" />
    </Field>
  );
}

/** Makes of a field's name what a field is given: its name, and what the query says of it. */
export function queryFields(query: URLSearchParams): (name: string) => Pick<TextFieldProps, 'name' | 'value'> {
  return (name) => ({ name, value: query.get(name) ?? '' });
}

/** The values of a choice, each with its words. */
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

/** A value that was typed into the address is shown too. */
function withOwn(options: Choices, value: string): Choices {
  return value === '' || options.some(([option]) => option === value) ? options : [...options, [value, value]];
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

/** A number as text; what is no number is told by whoever reads it. */
export function Count({ name, value, placeholder }: Pick<TextFieldProps, 'name' | 'value' | 'placeholder'>) {
  const kind = { type: 'text', inputmode: 'decimal' } as const;
  return <input {...kind} name={name} value={value} size={8} autocomplete="off" placeholder={placeholder} />;
}

/** The models that a field with the list `ids` proposes. */
export function Ids({ ids }: { readonly ids: readonly string[] }) {
  return (
    <datalist id="ids">
      {ids.map((id) => (
        <option value={id} />
      ))}
    </datalist>
  );
}

/** Asks for the instant that the page is about. */
export function AsOfField({ value }: { readonly value: string }) {
  return <TextField label="As of, UTC" name="as_of" value={value} placeholder="now" size={10} />;
}

/** Keeps the instant that the page is about when a form is sent. */
export function AsOf({ asOf }: { readonly asOf: string | null }) {
  return asOf === null || asOf === '' ? null : <input type="hidden" name="as_of" value={asOf} />;
}

/** Why what was typed has no answer. */
export function Problem({ words }: { readonly words: string | null }) {
  return words === null ? null : (
    <p class="problem" role="alert">
      {words}
    </p>
  );
}

/** What was typed, answered; else another answer, with what is wrong: it is told beside the form, where it can be mended. */
export function orProblem<T>(answer: () => T, otherwise: T): readonly [answer: T, problem: string | null] {
  try {
    return [answer(), null];
  } catch (error) {
    if (error instanceof UsageError) return [otherwise, error.message];
    throw error;
  }
}
