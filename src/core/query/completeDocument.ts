import { isObject, type JsonObject, jsonText } from '../reading/json.ts';
import { readModalities } from './facets.ts';

/** A document with all keys that upstream's documented schema requires today, and which of them were added. */
export interface CompletedDocument {
  readonly text: string;
  /** Dotted paths, `links`, `architecture.input_modalities`; none where nothing was missing. */
  readonly keys: readonly string[];
}

/**
 * Adds to an old entry the keys that it lacks, with values that follow from the entry or say nothing: null, an empty
 * list. What cannot be known, such as a missing price, stays missing.
 * @param text the entry as upstream wrote it, which is returned where nothing is missing
 * @param knownCreated when the model was created according to another list, in seconds since 1970
 */
export function completeDocument(document: JsonObject, text: string, knownCreated?: number): CompletedDocument {
  const keys: string[] = [];
  const whole: Record<string, unknown> = { ...document };
  const add = (key: string, value: unknown): void => {
    whole[key] = value;
    keys.push(key);
  };
  const isMissing = (key: string): boolean => whole[key] === undefined;
  // For keys that may not be null either.
  const isNothing = (key: string): boolean => isMissing(key) || whole[key] === null;
  if (isNothing('canonical_slug')) add('canonical_slug', document.id);
  if (isNothing('created') && knownCreated !== undefined) add('created', knownCreated);
  for (const key of ['context_length', 'per_request_limits']) if (isMissing(key)) add(key, null);
  completePart(whole, 'architecture', architectureOf(document.architecture), keys);
  completePart(whole, 'top_provider', { context_length: null, max_completion_tokens: null }, keys);
  if (isNothing('supported_parameters')) add('supported_parameters', []);
  for (const key of ['default_parameters', 'supported_voices']) if (isMissing(key)) add(key, null);
  if (isNothing('links')) add('links', { details: `/api/v1/models/${String(whole.canonical_slug)}/endpoints` });
  if (isObject(whole.benchmarks)) completePart(whole, 'benchmarks', { design_arena: [] }, keys);
  return { text: keys.length === 0 ? text : jsonText(whole), keys };
}

function architectureOf(architecture: unknown): JsonObject {
  const { inputs = [], outputs = [] } = readModalities(architecture);
  return { modality: null, input_modalities: inputs, output_modalities: outputs };
}

/** Adds the keys that an object in the document lacks; a missing object is added whole, as one key. */
function completePart(whole: Record<string, unknown>, name: string, defaults: JsonObject, keys: string[]): void {
  const part = whole[name];
  if (!isObject(part)) {
    whole[name] = defaults;
    keys.push(name);
    return;
  }
  const lacking = Object.keys(defaults).filter((key) => isLacking(part[key], defaults[key]));
  if (lacking.length === 0) return;
  whole[name] = { ...part, ...Object.fromEntries(lacking.map((key) => [key, defaults[key]])) };
  keys.push(...lacking.map((key) => `${name}.${key}`));
}

/** Null is a value where null is allowed. */
function isLacking(value: unknown, fallback: unknown): boolean {
  return value === undefined || (value === null && fallback !== null);
}
