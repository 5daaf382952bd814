import english from 'zod/v4/locales/en.js';
import * as z from 'zod/v4/mini';
import { exactNumber, isDeeper, isObject, type JsonObject, parseJson } from './json.ts';
import { type Leaves, readLeaves, TooManyLeaves } from './leaves.ts';
import { type Issue, type Prices, readPricing } from './pricing.ts';

/** A model as upstream described it: checked where the ledger depends on it, otherwise kept as it came. */
export interface ParsedModel {
  readonly id: string;
  readonly document: JsonObject;
  readonly prices: Prices;
  /** Every leaf but prices, unknown ones included. */
  readonly leaves: Leaves;
  /** Characters in the names of its prices and leaves, which events repeat. */
  readonly nameLength: number;
}

/** One element of the list: a model, or what is wrong with it. */
export interface Entry {
  /** The exact source text. */
  readonly text: string;
  /** Null where it could not be read. */
  readonly id: string | null;
  readonly model: ParsedModel | null;
  readonly issues: readonly Issue[];
}

// The small build of zod has no messages of its own; loading the whole of it would add a tenth to each start.
z.config(english());

/** Without control and format characters, so that an id can be a key, an argument and a line of a log. */
const ID = /^[^\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]{1,256}$/u;

/** Real documents have five; SQLite reads JSON to a thousand. */
export const MAX_DEPTH = 64;

const id = z.string().check(z.regex(ID, 'expected 1 to 256 printable characters'));
/** Any object; its keys are not visited, as a hostile one has hundreds of thousands. */
export const anyObject = z.custom<JsonObject>(isObject, {
  error: ({ input }) => `Invalid input: expected object, received ${z.util.parsedType(input)}`,
});
/**
 * Checks only the types that the tables depend on. All but `id` and `pricing` has been missing or null at some time,
 * and an unknown key or value is never an error.
 */
const Document = z.object({
  id,
  name: z.nullish(z.string()),
  created: z.nullish(z.number().check(z.nonnegative(), z.maximum(253_402_300_799))),
  architecture: z.nullish(anyObject),
  pricing: anyObject,
  supported_parameters: z.nullish(z.array(z.unknown())),
});

/**
 * Reads one element of the list from its source text.
 * @throws SyntaxError when the text is not JSON
 */
export function readEntry(text: string): Entry {
  const document = parseJson(text);
  const broken = (issues: readonly Issue[]): Entry => ({ text, id: readId(document), model: null, issues });
  if (isDeeper(document, text, MAX_DEPTH)) {
    return broken([{ path: '', reason: `nested more than ${MAX_DEPTH} levels deep` }]);
  }
  const checked = Document.safeParse(document);
  if (!checked.success || !isObject(document)) {
    const issues = checked.error?.issues ?? [];
    return broken(issues.map((issue) => ({ path: issue.path.join('.'), reason: reasonOf(issue, document) })));
  }
  const { id: known, pricing } = checked.data;
  const terms = readTerms(document, pricing);
  if ('issues' in terms) return broken(terms.issues);
  return { text, id: known, model: { id: known, document, ...terms }, issues: [] };
}

/** The prices and leaves of a model or an endpoint, or what is wrong with them. */
export function readTerms(
  document: JsonObject,
  pricing: JsonObject,
): Pick<ParsedModel, 'prices' | 'leaves' | 'nameLength'> | { readonly issues: readonly Issue[] } {
  try {
    const { prices, rest, issues } = readPricing(pricing);
    if (issues.length > 0) return { issues };
    const leaves = new Map([...readLeaves(document), ...rest]);
    return { prices, leaves, nameLength: lengthOfNames(prices, leaves) };
  } catch (error) {
    if (error instanceof TooManyLeaves) return { issues: [{ path: '', reason: error.message }] };
    throw error;
  }
}

/** A long key above many short ones is repeated in the path of each: so a small body could fill a disk. */
function lengthOfNames(prices: Prices, leaves: Leaves): number {
  let length = 0;
  for (const { component, condition } of prices.values()) length += component.length + condition.length;
  for (const path of leaves.keys()) length += path.length;
  return length;
}

/** Zod's own message would call a number that a double cannot hold an object, as which it is represented. */
function reasonOf(issue: z.core.$ZodIssue, document: unknown): string {
  const value = issue.path.reduce<unknown>((inner, key) => memberOf(inner, key), document);
  const exact = exactNumber(value);
  return exact === undefined ? issue.message : `${exact} is not a number that can stand here`;
}

function memberOf(value: unknown, key: PropertyKey): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}

function readId(document: unknown): string | null {
  const read = id.safeParse(isObject(document) ? document.id : undefined);
  return read.success ? read.data : null;
}
