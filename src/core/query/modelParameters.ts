import * as z from 'zod';
import { perToken } from '../reading/price.ts';
import { MODEL_ORDERS } from './order.ts';
import {
  flag,
  list,
  ParameterError,
  type RawParameters,
  readParameters,
  splitList,
  text,
  whole,
} from './parameters.ts';

/**
 * The query parameters of a list of models: upstream's names, types and meanings, and ours beside them. One schema a
 * parameter reads it from its text and describes it in the API's own description.
 * @see https://openrouter.ai/docs/api-reference/list-available-models
 */

export const OUTPUT_MODALITIES = [
  ...['text', 'image', 'embeddings', 'audio', 'video', 'rerank', 'decisions', 'speech', 'transcription'],
] as const;

const count = (least: number) => whole(least, Number.MAX_SAFE_INTEGER);
/** USD per million tokens as text, USD per token as a value. */
const perMillion = z
  .string()
  .transform((written, context) => {
    const price = perToken(written.trim());
    if (price !== undefined) return price;
    context.addIssue({ code: 'custom', message: 'expected USD per million tokens, 0 or more, such as 0.5' });
    return z.NEVER;
  })
  .meta({ type: 'number', minimum: 0 });
const score = z
  .string()
  .regex(/^-?\d{1,9}(?:\.\d{1,9})?$/, 'expected a number')
  .transform(Number)
  .meta({ type: 'number' });

const outputs = text.transform((written, context) => {
  const wanted = splitList(written);
  const fail = (message: string): never => {
    context.addIssue({ code: 'custom', message });
    return z.NEVER;
  };
  if (wanted.includes('all')) return wanted.length === 1 ? 'all' : fail('expected all alone, or modalities without it');
  const known = wanted.every((modality) => OUTPUT_MODALITIES.some((other) => other === modality));
  if (known && wanted.length > 0) return wanted;
  return fail(`expected some of ${OUTPUT_MODALITIES.join(', ')}, or all`);
});

/** Those of upstream's parameters that can be answered from a ledger. */
const UPSTREAMS = {
  offset: count(0).describe('How many models to skip. With neither offset nor limit the whole list comes.'),
  limit: whole(1, 1000).describe('At most so many models: 1 to 1000; 500 where only offset is given.'),
  supported_parameters: list.describe('Comma list; all of them must be supported.'),
  input_modalities: list.describe('Comma list; all of them must be taken.'),
  output_modalities: outputs.describe(
    `Comma list of ${OUTPUT_MODALITIES.join(', ')}; one of them must be given. Or all; text by default.`,
  ),
  q: text.describe('Every word of it must stand in the name or the id, in any case.'),
  sort: z
    .enum(MODEL_ORDERS, `expected one of ${MODEL_ORDERS.join(', ')}`)
    .describe("The order; upstream's own by default. What has no value comes last, ties keep upstream's order."),
  context: count(1).describe('The least context length in tokens.'),
  min_price: perMillion.describe('The least a million prompt tokens may cost, USD, inclusive.'),
  max_price: perMillion.describe('The most a million prompt tokens may cost, USD, inclusive.'),
  min_output_price: perMillion.describe('The least a million completion tokens may cost, USD, inclusive.'),
  max_output_price: perMillion.describe('The most a million completion tokens may cost, USD, inclusive.'),
  arch: text.describe('The tokenizer (architecture.tokenizer), in any case.'),
  model_authors: list.describe('Comma list of authors: what stands before the / of an id.'),
  min_age_days: count(0).describe('The least age in days since created, at the instant asked for.'),
  max_age_days: count(0).describe('The greatest age in days since created, at the instant asked for.'),
  min_intelligence_index: score.describe('From the archived benchmarks.'),
  max_intelligence_index: score.describe('From the archived benchmarks.'),
  min_coding_index: score.describe('From the archived benchmarks.'),
  max_coding_index: score.describe('From the archived benchmarks.'),
  min_agentic_index: score.describe('From the archived benchmarks.'),
  max_agentic_index: score.describe('From the archived benchmarks.'),
  providers: list.describe('Comma list of providers, one of which must serve it; where endpoints were recorded.'),
  use_rss: flag.describe('RSS 2.0 of the newest models instead of JSON.'),
};

/** Parameters that this server adds. */
const OURS = {
  as_of: text.describe('The list as it was then: 2026-03-01 (its first instant), 2026-03-01T18:00Z, 7d.'),
  as_recorded: flag.describe('Entries as upstream wrote them, nothing completed.'),
  free: flag.describe('Only models whose every listed price is zero.'),
};

export const MODEL_PARAMETERS = { ...UPSTREAMS, ...OURS };
const Parameters = z.object(MODEL_PARAMETERS).partial();

/** Parameters as read; absent ones are missing. */
export type ModelParameters = z.output<typeof Parameters>;

/** Upstream's parameters that its list, and therefore the ledger, has no data for. */
export const NOT_RECORDED = [
  ...['category', 'distillable', 'zdr', 'region', 'min_tool_success_rate', 'max_tool_success_rate'],
] as const;
const ORDERS_NOT_RECORDED = ['most-popular', 'top-weekly', 'throughput-high-to-low', 'latency-low-to-high'];

/**
 * Reads the parameters of a list.
 * @throws ParameterError for a documented one with a bad value, or one that the ledger has no data for
 */
export function readModelParameters(raw: RawParameters): ModelParameters {
  const missing = NOT_RECORDED.find((name) => raw.has(name));
  if (missing !== undefined) throw new ParameterError(`${missing}: the ledger does not record this.`);
  const sort = raw.get('sort')?.[0];
  if (sort !== undefined && ORDERS_NOT_RECORDED.includes(sort))
    throw new ParameterError(`sort: the ledger does not record what ${sort} needs.`);
  return readParameters(Parameters, raw);
}
