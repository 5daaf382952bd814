import * as z from 'zod';
import { type Answer, jsonAnswer } from '../http/answer.ts';
import type { Question } from '../question.ts';
import { API, type Site } from '../site.ts';
import { ERROR, TEXT } from './schemas.ts';

type Parameters = Readonly<Record<string, z.ZodType>>;

/** What answers the requests for a path. OpenAPI and the page about the API describe it by the first three. */
export interface Route {
  readonly summary: string;
  readonly parameters: Parameters;
  readonly content: object;
  readonly answer: (question: Question, id: string) => Answer;
  /** Finds the id of a model in a path. Ids contain a `/`. */
  readonly id?: RegExp;
}

/** `GET /openapi.json`: the API as OpenAPI 3.1. Its parameters are derived from the schemas that parse them. */
export function openapi(site: Site, routes: Readonly<Record<string, Route>>): Answer {
  return jsonAnswer({
    openapi: '3.1.0',
    info: {
      title: 'model-ledger',
      version: site.version,
      description:
        "OpenRouter's Models API from a ledger of its list, as of any instant, and the ledger's own history.",
    },
    servers: [{ url: `${site.base}${API}` }],
    paths: Object.fromEntries(Object.entries(routes).map(([path, route]) => [path, { get: operationOf(path, route) }])),
    components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
    security: site.needsToken ? [{ token: [] }] : [],
  });
}

function operationOf(path: string, { summary, parameters, content }: Route): object {
  const names = Array.from(path.matchAll(/\{(\w+)\}/g), ([, name]) => name);
  const inPath = names.map((name) => ({ name, in: 'path', required: true, schema: TEXT }));
  const responses = {
    200: { description: 'The answer', content },
    default: { description: 'An error', content: ERROR },
  };
  return { summary, parameters: [...inPath, ...queryOf(parameters)], responses };
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
