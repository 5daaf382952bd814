import * as z from 'zod';
import { CHANGE_PARAMETERS } from '../../core/query/changeParameters.ts';
import { MODEL_PARAMETERS } from '../../core/query/modelParameters.ts';
import { type Answer, jsonAnswer } from '../http/answer.ts';
import type { Site } from '../site.ts';

type Parameters = Readonly<Record<string, z.ZodType>>;

/** `GET /openapi.json`: the API as OpenAPI 3.1. Its parameters are derived from the schemas that parse them. */
export function openapi(site: Site): Answer {
  const { output_modalities, as_of, as_recorded } = MODEL_PARAMETERS;
  const asOf = { as_of };
  const id = ['author', 'slug'].map((name) => ({ name, in: 'path', required: true, schema: TEXT }));
  const list = object({ data: arrayOf(MODEL), total_count: INTEGER, links: LINKS }, ['data', 'total_count', 'links']);
  const lists = get('The list of models', queryOf(MODEL_PARAMETERS), { anyOf: [list, RECORDED] }, RSS);
  const of = (data: object): object => object({ data }, ['data']);
  const count = object({ count: INTEGER }, ['count']);
  const changes = object({ data: arrayOf(EVENT), links: LINKS }, ['data', 'links']);
  return jsonAnswer({
    openapi: '3.1.0',
    info: {
      title: 'model-ledger',
      version: site.version,
      description:
        "OpenRouter's Models API from a ledger of its list, as of any instant, and the ledger's own history.",
    },
    servers: [{ url: `${site.base}/api/v1` }],
    paths: {
      '/models': lists,
      '/models/count': get('How many models there are', queryOf({ output_modalities, ...asOf }), of(count)),
      '/model/{author}/{slug}': get('One listed model', [...id, ...queryOf({ ...asOf, as_recorded })], of(MODEL)),
      '/models/{author}/{slug}/endpoints': get(
        'Who serves a model, where that was recorded',
        [...id, ...queryOf(asOf)],
        of({ type: 'object' }),
      ),
      '/model/{author}/{slug}/history': get('Every price and limit of a model', [...id, ...queryOf(asOf)], of(HISTORY)),
      '/changes': get('What changed, newest first', queryOf(CHANGE_PARAMETERS), changes),
    },
    components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
    security: site.needsToken ? [{ token: [] }] : [],
  });
}

/** @param others further media types of the answer, besides JSON */
function get(summary: string, parameters: readonly object[], schema: object, others = {}): object {
  const answer = (description: string, body: object, rest = {}) => ({
    description,
    content: { 'application/json': { schema: body }, ...rest },
  });
  const responses = { 200: answer('The answer', schema, others), default: answer('An error', ERROR) };
  return { get: { summary, parameters, responses } };
}

/** The parameters of a query, each with the schema of its parsed value, such as an integer or a list. */
function queryOf(parameters: Parameters): object[] {
  return Object.entries(parameters).map(([name, schema]) => {
    const { description, ...output } = jsonSchema(schema, 'output');
    const { description: _, ...input } = jsonSchema(schema, 'input');
    return { name, in: 'query', description, schema: output.type === undefined ? input : output };
  });
}

function jsonSchema(schema: z.ZodType, io: 'input' | 'output') {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return rest;
}

type Properties = Readonly<Record<string, object>>;

function object(properties: Properties, required?: readonly string[]): object {
  return { type: 'object', ...(required && { required }), properties };
}

function arrayOf(items: object): object {
  return { type: 'array', items };
}

const TEXT = { type: 'string' };
const INTEGER = { type: 'integer' };
const orNull = ({ type }: { readonly type: string }): object => ({ type: [type, 'null'] });
const LINKS = object({ next: orNull(TEXT) }, ['next']);
const ERROR = object({ error: object({ code: INTEGER, message: TEXT }, ['code', 'message']) }, ['error']);
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
const RSS = { 'application/rss+xml': { schema: TEXT } };
const INTERVAL = { valid_from: TEXT, valid_to: orNull(TEXT) };
const HISTORY = object({
  id: TEXT,
  prices: arrayOf(
    object({ component: TEXT, condition: TEXT, price: orNull(TEXT), dynamic: { type: 'boolean' }, ...INTERVAL }),
  ),
  limits: arrayOf(object({ context_length: orNull(INTEGER), max_completion_tokens: orNull(INTEGER), ...INTERVAL })),
});
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
