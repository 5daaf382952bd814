/** What the API answers: for each media type the shape, as JSON Schema. */

type Properties = Readonly<Record<string, object>>;

const object = (properties: Properties, required?: readonly string[]): object => ({
  type: 'object',
  ...(required && { required }),
  properties,
});
const arrayOf = (items: object): object => ({ type: 'array', items });
const orNull = ({ type }: { readonly type: string }): object => ({ type: [type, 'null'] });
const json = (schema: object) => ({ 'application/json': { schema } });
const dataOf = (data: object) => json(object({ data }, ['data']));

export const TEXT = { type: 'string' };
const INTEGER = { type: 'integer' };
const LINKS = object({ next: orNull(TEXT) }, ['next']);
const INTERVAL = { valid_from: TEXT, valid_to: orNull(TEXT) };
/** Upstream's own document, to which it may add keys at any time. */
const MODEL = {
  ...object(
    { id: TEXT, name: TEXT, context_length: orNull(INTEGER), pricing: { type: 'object', additionalProperties: true } },
    ['id', 'pricing'],
  ),
  additionalProperties: true,
};
const RECORDED = {
  type: ['object', 'array'],
  description: 'With as_recorded=true and nothing that narrows it: the body as it was archived, whatever its shape.',
};

export const ERROR = json(object({ error: object({ code: INTEGER, message: TEXT }, ['code', 'message']) }, ['error']));
const LISTED = object({ data: arrayOf(MODEL), total_count: INTEGER, links: LINKS }, ['data', 'total_count', 'links']);
export const LIST = { ...json({ anyOf: [LISTED, RECORDED] }), 'application/rss+xml': { schema: TEXT } };
export const COUNT = dataOf(object({ count: INTEGER }, ['count']));
export const ONE_MODEL = dataOf(MODEL);
export const ENDPOINTS = dataOf({ type: 'object' });
export const HISTORY = dataOf(
  object({
    id: TEXT,
    prices: arrayOf(
      object({ component: TEXT, condition: TEXT, price: orNull(TEXT), dynamic: { type: 'boolean' }, ...INTERVAL }),
    ),
    limits: arrayOf(object({ context_length: orNull(INTEGER), max_completion_tokens: orNull(INTEGER), ...INTERVAL })),
  }),
);
const EVENT = object({
  run_id: INTEGER,
  model_id: TEXT,
  type: TEXT,
  field: orNull(TEXT),
  old_value: orNull(TEXT),
  new_value: orNull(TEXT),
  cause: orNull(TEXT),
  change_pct: orNull({ type: 'number' }),
  observed_at: TEXT,
  previous_observed_at: orNull(TEXT),
  verdict: orNull(TEXT),
});
export const CHANGES = json(object({ data: arrayOf(EVENT), links: LINKS }, ['data', 'links']));
