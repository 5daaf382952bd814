import fc from 'fast-check';
import { readEntry } from '../src/core/reading/model.ts';
import { times } from './thorough.ts';

/** An entry of a list, or an endpoint. */
type Document = Record<string, unknown>;

/** Where something odd may stand in an entry; `0` is an entry of `overrides`. */
const PLACES = [
  ...['canonical_slug', 'name', 'description', 'created', 'hugging_face_id', 'knowledge_cutoff', 'expiration_date'],
  ...['alias_target', 'context_length', 'per_request_limits', 'per_request_limits.prompt_tokens', 'links', 'soon'],
  ...['architecture.modality', 'architecture.input_modalities', 'architecture.output_modalities'],
  ...['architecture.tokenizer', 'architecture.instruct_type', 'supported_parameters', 'default_parameters'],
  ...['top_provider', 'top_provider.context_length', 'top_provider.max_completion_tokens', 'top_provider.soon'],
  ...['pricing.currency', 'pricing.note', 'pricing.prompt', 'pricing.image', 'pricing.discount', 'pricing.a.b'],
  ...['pricing.overrides', 'pricing.overrides.0.tier', 'pricing.overrides.0.utc_end', 'pricing.overrides.0.prompt'],
  ...['pricing.overrides.0.min_prompt_tokens', 'pricing.overrides.0.utc_days', 'pricing.overrides.0.a,b="c"'],
];

const ODD = [
  'USD',
  'batch',
  '',
  '0',
  '-1',
  '1e99',
  '0.5',
  'dynamic',
  '[1',
  '["x"]',
  '{"a":1}',
  'a->b',
  '\ud800',
  '\0',
  '\u202e',
];
/** Any JSON, and what was odd before. */
export const value = fc.oneof(
  fc.constantFrom<unknown>(...ODD, null, true, false, 0, -1, 1.5, 1e300, 128000),
  fc.constantFrom<unknown>([], {}, ['x'], [[]], [null], { a: { b: 'c' } }, [{ a: 1 }], ['text', 3], { slug: 5 }),
  fc.jsonValue({ maxDepth: 3 }),
);

/** A good entry with a value at a place, or nothing where the value makes it a broken one. */
function oddEntry(id: string, place: string, odd: unknown): Document | undefined {
  const entry: Document = {
    ...{ id, name: `Model ${id}`, created: 1_767_225_600, context_length: 8000, supported_parameters: ['tools'] },
    architecture: { modality: 'text->text', input_modalities: ['text'], output_modalities: ['text'] },
    top_provider: { context_length: 8000, max_completion_tokens: 1000, is_moderated: false },
    pricing: {
      ...{ prompt: '0.000001', completion: '0.000002' },
      overrides: [{ min_prompt_tokens: 1000, prompt: '0.000002' }],
    },
  };
  put(entry, place.split('.'), odd);
  return readEntry(JSON.stringify(entry)).model === null ? undefined : entry;
}

export function put(target: unknown, [key = '', ...rest]: readonly string[], odd: unknown): void {
  if (typeof target !== 'object' || target === null) return;
  if (rest.length > 0) put(Object.getOwnPropertyDescriptor(target, key)?.value, rest, odd);
  else Object.defineProperty(target, key, { value: odd, enumerable: true, configurable: true, writable: true });
}

/** So many models a list has. */
export const COUNT = times(60, 150);
/** Lists in which each model has something odd at its own place. */
export const oddList = fc.tuple(...Array.from({ length: COUNT }, (_, i) => value.map((odd) => [i, odd] as const)));

export function entriesOf(odds: readonly (readonly [number, unknown])[]): Document[] {
  return odds.flatMap(([i, odd]) => {
    const id = `odd/m${i}`;
    const entry = oddEntry(id, PLACES[i % PLACES.length] ?? '', odd) ?? oddEntry(id, 'soon', odd);
    return entry === undefined ? [] : [entry];
  });
}
