import { readdirSync, readFileSync } from 'node:fs';
import * as z from 'zod';

const FOLDER = new URL('../../data/sample/', import.meta.url);
/** The shipped answers, oldest first; a run's number in the story is its place here, from 1. */
export const NAMES = readdirSync(FOLDER).sort();

const price = z.string().regex(/^(?:-1|free|\d+(?:\.\d+)?)$/);
const override = z.record(z.string(), z.union([z.int(), price]));
const modalities = z.array(z.enum(['text', 'image', 'file', 'audio', 'video', 'embeddings']));
const parameters = ['temperature', 'top_p', 'top_k', 'frequency_penalty', 'presence_penalty', 'repetition_penalty'];

/** Today's shape of an entry, exactly: a key that upstream does not send is refused. */
const MODEL = z.strictObject({
  id: z.string().regex(/^~?[\w-]+\/[\w.-]+(?::free)?$/),
  canonical_slug: z.string(),
  hugging_face_id: z.string().nullable(),
  name: z.string(),
  created: z.int(),
  description: z.string().regex(/^[A-Z].{10,75}\.$/),
  context_length: z.int(),
  architecture: z.strictObject({
    modality: z.string(),
    input_modalities: modalities,
    output_modalities: modalities,
    tokenizer: z.string(),
    instruct_type: z.string().nullable(),
  }),
  pricing: z.object({ prompt: price, completion: price }).catchall(z.union([price, z.array(override)])),
  top_provider: z.strictObject({
    context_length: z.int().nullable(),
    max_completion_tokens: z.int().nullable(),
    is_moderated: z.boolean(),
  }),
  per_request_limits: z.null(),
  supported_parameters: z.array(z.string()),
  default_parameters: z.partialRecord(z.enum(parameters), z.number().nullable()),
  supported_voices: z.null(),
  knowledge_cutoff: z.iso.date().nullable(),
  expiration_date: z.null(),
  links: z.strictObject({ details: z.string().startsWith('/api/v1/models/') }),
  benchmarks: z
    .strictObject({ design_arena: z.tuple([]), artificial_analysis: z.record(z.string(), z.number()) })
    .optional(),
  reasoning: z.object({ mandatory: z.boolean() }).loose().optional(),
  alias_target: z.strictObject({ name: z.string(), slug: z.string() }).optional(),
  is_deprecated: z.literal(false).optional(),
});
const ANSWER = z.strictObject({
  data: z.array(MODEL),
  total_count: z.int(),
  links: z.strictObject({ next: z.null() }),
});

type Model = z.infer<typeof MODEL>;
export type Leaf = [id: string, path: string, before: string | undefined, after: string | undefined];

export const text = (run: number): string => readFileSync(new URL(NAMES[run - 1] ?? '', FOLDER), 'utf8');
export const answer = (run: number): z.infer<typeof ANSWER> => ANSWER.parse(JSON.parse(text(run)));
export const ids = (run: number): string[] => answer(run).data.map((model) => model.id);

export function model(run: number, id: string): Model {
  const found = answer(run).data.find((entry) => entry.id === id);
  if (!found) throw new Error(`${id} is not in answer ${run}`);
  return found;
}

function leaves(value: unknown, path = ''): [string, string][] {
  const object = z.record(z.string(), z.unknown()).safeParse(value);
  if (!object.success) return [[path, JSON.stringify(value)]];
  return Object.entries(object.data).flatMap(([key, inner]) => leaves(inner, path === '' ? key : `${path}.${key}`));
}

/** Every leaf that differs between the models that two answers share. */
export function differences(before: number, after: number): Leaf[] {
  const old = new Map(answer(before).data.map((entry) => [entry.id, new Map(leaves(entry))]));
  return answer(after).data.flatMap((entry) => {
    const was = old.get(entry.id);
    if (!was) return [];
    const is = new Map(leaves(entry));
    const paths = [...new Set([...was.keys(), ...is.keys()])].filter((path) => was.get(path) !== is.get(path));
    return paths.map((path): Leaf => [entry.id, path, was.get(path), is.get(path)]);
  });
}

/** The ids of one answer that another lacks. */
export const gone = (before: number, after: number): string[] => ids(before).filter((id) => !ids(after).includes(id));

/** Prices of the model that costs twice as much from 01:00 to 04:00 UTC. */
export const PEAK = { prompt: '0.00000087', completion: '0.00000174', input_cache_read: '0.00000000725' };
export const OFF_PEAK = { prompt: '0.000000435', completion: '0.00000087', input_cache_read: '0.000000003625' };
export const WINDOWS = [
  { utc_start: 100, utc_end: 400, ...PEAK },
  { utc_start: 400, utc_end: 100, ...OFF_PEAK },
];

/** An entry of `overrides` for prompts longer than so many tokens. */
export function tier(min_prompt_tokens: number, prompt: string, completion: string, more: Record<string, string> = {}) {
  return { min_prompt_tokens, prompt, completion, ...more };
}
