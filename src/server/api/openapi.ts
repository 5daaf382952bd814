import * as z from 'zod';
import { CHANGE_PARAMETERS } from '../../core/query/changeParameters.ts';
import { MODEL_PARAMETERS } from '../../core/query/modelParameters.ts';
import type { Answer } from '../http/answer.ts';
import { json } from '../http/errors.ts';
import type { Site } from '../site.ts';

type Parameters = Readonly<Record<string, z.ZodType>>;

/** `GET /openapi.json`: the API as OpenAPI 3.1, its parameters made from the schemas that read them. Long as it is one document. */
export function openapi(site: Site): Answer {
  const { output_modalities, as_of, as_recorded } = MODEL_PARAMETERS;
  const asOf = { as_of };
  const id = ['author', 'slug'].map((name) => ({ name, in: 'path', required: true, schema: { type: 'string' } }));
  const list = {
    type: 'object',
    required: ['data', 'total_count', 'links'],
    properties: { data: { type: 'array', items: MODEL }, total_count: { type: 'integer' }, links: LINKS },
  };
  const of = (schema: object) => ({ type: 'object', required: ['data'], properties: { data: schema } });
  return json({
    openapi: '3.1.0',
    info: {
      title: 'model-ledger',
      version: site.version,
      description:
        "OpenRouter's Models API from a ledger of its list, as of any instant, and the ledger's own history.",
    },
    servers: [{ url: `${site.base}/api/v1` }],
    paths: {
      '/models': get('The list of models', queryOf(MODEL_PARAMETERS), list),
      '/models/count': get(
        'How many models there are',
        queryOf({ output_modalities, ...asOf }),
        of({ type: 'object', required: ['count'], properties: { count: { type: 'integer' } } }),
      ),
      '/model/{author}/{slug}': get('One listed model', [...id, ...queryOf({ ...asOf, as_recorded })], of(MODEL)),
      '/models/{author}/{slug}/endpoints': get(
        'Who serves a model, where that was recorded',
        [...id, ...queryOf(asOf)],
        of({ type: 'object' }),
      ),
      '/model/{author}/{slug}/history': get('Every price and limit of a model', [...id, ...queryOf(asOf)], of(HISTORY)),
      '/changes': get('What changed, newest first', queryOf(CHANGE_PARAMETERS), {
        type: 'object',
        required: ['data', 'links'],
        properties: { data: { type: 'array', items: EVENT }, links: LINKS },
      }),
    },
    components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
    security: site.needsToken ? [{ token: [] }] : [],
  });
}

function get(summary: string, parameters: readonly object[], schema: object): object {
  const answer = (description: string, body: object) => ({
    description,
    content: { 'application/json': { schema: body } },
  });
  return {
    get: {
      summary,
      parameters,
      responses: { 200: answer('The answer', schema), default: answer('An error', ERROR) },
    },
  };
}

/** A parameter's schema is what it is read as: a whole number, a list of words. */
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

const text = { type: 'string' };
const maybe = (type: string) => ({ type: [type, 'null'] });
const LINKS = { type: 'object', required: ['next'], properties: { next: maybe('string') } };
const ERROR = {
  type: 'object',
  required: ['error'],
  properties: {
    error: { type: 'object', required: ['code', 'message'], properties: { code: { type: 'integer' }, message: text } },
  },
};
/** Upstream's own shape, which grows without notice. */
const MODEL = {
  type: 'object',
  required: ['id', 'pricing'],
  properties: {
    id: text,
    name: text,
    context_length: maybe('integer'),
    pricing: { type: 'object', additionalProperties: true },
  },
  additionalProperties: true,
};
const INTERVAL = { valid_from: text, valid_to: maybe('string') };
const HISTORY = {
  type: 'object',
  properties: {
    id: text,
    prices: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          component: text,
          condition: text,
          price: maybe('string'),
          dynamic: { type: 'boolean' },
          ...INTERVAL,
        },
      },
    },
    limits: {
      type: 'array',
      items: {
        type: 'object',
        properties: { context_length: maybe('integer'), max_completion_tokens: maybe('integer'), ...INTERVAL },
      },
    },
  },
};
const EVENT = {
  type: 'object',
  properties: {
    ...{ run_id: { type: 'integer' }, model_id: text, type: text, field: maybe('string'), old_value: maybe('string') },
    ...{
      new_value: maybe('string'),
      cause: maybe('string'),
      change_pct: maybe('number'),
      observed_at: text,
      previous_observed_at: maybe('string'),
      verdict: maybe('string'),
    },
  },
};
