import * as z from 'zod';
import { UsageError } from '../errors.ts';
import { escapeControls } from '../format/text.ts';
import { beginningOf } from '../reading/quote.ts';
import { readWhen, type When } from '../time/when.ts';

/** A documented parameter has an invalid value. */
export class ParameterError extends UsageError {
  constructor(message: string) {
    super('bad_parameter', message);
  }
}

/** The values of parameters by name, as often as each was given. */
export type RawParameters = ReadonlyMap<string, readonly string[]>;

const MOST_TEXT = 1000;

/** The words of a comma list. */
export const splitList = (text: string): string[] =>
  text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
export const text = z.string().max(MOST_TEXT, `expected at most ${MOST_TEXT} characters`);
/** One without words is as one that was not given. */
export const list = text.transform((written) => {
  const words = splitList(written);
  return words.length === 0 ? undefined : words;
});
export const flag = z.enum(['true', 'false'], 'expected true or false').transform((value) => value === 'true');
export const whole = (least: number, most: number) => {
  const range = most === Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${most}`;
  const expected = `expected a whole number ${range}`;
  return z
    .string()
    .regex(/^\d{1,16}$/, expected)
    .transform(Number)
    .pipe(z.int(expected).min(least, expected).max(most, expected));
};

/**
 * Reads parameters by the schemas of an object; those it does not know are left out.
 * @throws ParameterError
 */
export function readParameters<T extends z.ZodObject>(schema: T, raw: RawParameters): z.output<T> {
  const given: Record<string, string> = {};
  for (const name of Object.keys(schema.shape)) {
    const values = raw.get(name);
    if (values !== undefined) given[name] = joinValues(name, values);
  }
  const read = schema.safeParse(given);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const name = String(issue?.path[0] ?? '');
  const written = beginningOf(escapeControls(given[name] ?? ''), 100);
  throw new ParameterError(`${name}: ${issue?.message}, not "${written}".`);
}

const LISTS = ['supported_parameters', 'input_modalities', 'output_modalities', 'model_authors', 'providers', 'type'];

/** A list may be given as several parameters of its name; anything else may not be given twice with two values. */
function joinValues(name: string, values: readonly string[]): string {
  return LISTS.includes(name) ? values.join(',') : (onlyValue(name, values) ?? '');
}

/**
 * The value of a parameter that may be given once, or several times alike.
 * @throws ParameterError
 */
export function onlyValue(name: string, values: readonly string[] = []): string | undefined {
  if (new Set(values).size > 1) throw new ParameterError(`${name}: given ${values.length} times.`);
  return values[0];
}

/** A `+` of a zone that was not escaped has become a space on its way; one before the time of a day is just that. */
const PLUS_LOST = /(:\d\d(?:[.,]\d+)?) (?=\d\d:?\d\d$)/;

/** A time that names its day needs no clock, and what is answered for it can be remembered. */
const ABSOLUTE = /^\s*\d{4}(?:-|\s*$)/;

/**
 * What a parameter means by a time.
 * @throws ParameterError where the text is no time
 */
export function readTimeParameter(name: string, written: string, now: () => Date): When {
  try {
    return readWhen(written.trim().replace(PLUS_LOST, '$1+'), ABSOLUTE.test(written) ? new Date(0) : now());
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new ParameterError(`${name}: ${error.advice}`);
  }
}
