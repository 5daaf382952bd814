import * as z from 'zod/v4/mini';
import { isObject, type JsonObject, jsonText } from '../reading/json.ts';
import { storable } from '../reading/leaves.ts';
import { anyObject, type ParsedModel, readTerms } from '../reading/model.ts';
import type { Issue } from '../reading/pricing.ts';
import { isTelemetry } from './telemetry.ts';

/** What identifies an endpoint, as upstream gives no id. Several endpoints of one model may have the same label. */
export interface Label {
  readonly provider: string;
  /** `deepinfra/fp8`; empty where upstream names none. */
  readonly tag: string;
  /** `fp8`, `int4`, `unknown`, …; null where upstream names none. */
  readonly quantization: string | null;
}

/** One endpoint as upstream described it, without its telemetry. */
export interface Endpoint {
  readonly label: Label;
  /** Its prices and leaves in the form of a model, so that they are compared by the rules of the list. */
  readonly asModel: ParsedModel;
  /** A text that equal endpoints have in common, whatever the order of their keys. */
  readonly identity: string;
}

/** An endpoint that could not be read: the one with its label keeps its last state. */
export interface BrokenEndpoint {
  readonly position: number;
  /** Null where it could not be read. */
  readonly label: Label | null;
  readonly issues: readonly Issue[];
  readonly document: string;
}

export interface EndpointLimits {
  readonly contextLength: number | null;
  readonly maxPromptTokens: number | null;
  readonly maxCompletionTokens: number | null;
}

const count = z.nullish(z.int().check(z.nonnegative()));
const word = z.string().check(z.maxLength(256));
const LabelFields = z.object({
  provider_name: word.check(z.minLength(1)),
  tag: z.nullish(word),
  quantization: z.nullish(word),
});
const Fields = z.extend(LabelFields, {
  pricing: anyObject,
  context_length: count,
  max_prompt_tokens: count,
  max_completion_tokens: count,
});

export function readEndpoint(value: unknown, position: number): Endpoint | BrokenEndpoint {
  const document = isObject(value) ? withoutTelemetry(value) : value;
  const label = readLabel(document);
  const broken = (issues: readonly Issue[]): BrokenEndpoint => ({
    position,
    label,
    issues,
    document: storable(jsonText(document)),
  });
  const checked = Fields.safeParse(document);
  if (!checked.success || !isObject(document) || label === null) {
    const found = checked.error?.issues ?? [];
    return broken(found.map(({ path, message }) => ({ path: path.join('.'), reason: message })));
  }
  // Its model is no property of the endpoint.
  const { model_id: _, ...own } = document;
  const terms = readTerms(own, checked.data.pricing);
  if ('issues' in terms) return broken(terms.issues);
  return { label, asModel: { id: '', document, ...terms }, identity: jsonText(document, true) };
}

export function isBroken(read: Endpoint | BrokenEndpoint): read is BrokenEndpoint {
  return 'issues' in read;
}

/** The document as the data file keeps it. */
export function documentOf({ asModel }: Endpoint): string {
  return storable(jsonText(asModel.document));
}

export function limitsOfEndpoint({ asModel: { leaves } }: Endpoint): EndpointLimits {
  const number = (path: string): number | null => {
    const value = leaves.get(path);
    return typeof value === 'number' ? value : null;
  };
  return {
    contextLength: number('context_length'),
    maxPromptTokens: number('max_prompt_tokens'),
    maxCompletionTokens: number('max_completion_tokens'),
  };
}

export function labelKey({ provider, tag, quantization }: Label): string {
  return JSON.stringify([provider, tag, quantization]);
}

function readLabel(document: unknown): Label | null {
  const read = LabelFields.safeParse(document);
  if (!read.success) return null;
  const { provider_name: provider, tag, quantization } = read.data;
  return {
    provider: storable(provider),
    tag: storable(tag ?? ''),
    quantization: quantization === null || quantization === undefined ? null : storable(quantization),
  };
}

function withoutTelemetry(endpoint: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(endpoint).filter(([key]) => !isTelemetry(key)));
}
