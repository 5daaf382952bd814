import { COMPONENTS } from '../reading/components.ts';

/** How a quantity is called in usage logs. */
export interface UsageName {
  /** Case, `_` and `-` make no difference; a dot leads into a nested object. */
  readonly name: string;
  /** Upstream's key of the component that it counts. */
  readonly component: string;
  /** The component whose count includes this one, if any does. */
  readonly partOf?: string;
  /** It was counted by another tokenizer than the model's, and gives way to a count by that one. */
  readonly yields?: true;
}

/** `promptTokens` as `prompt_tokens`. */
export function snakeCase(field: string): string {
  return field.replace(/[A-Z]|\d+/g, (part) => `_${part.toLowerCase()}`);
}

const part = (component: string, partOf: string, ...names: string[]): UsageName[] =>
  names.map((name) => ({ name, component, partOf }));

/** The names that a usage log may have, each with what it counts. */
export const USAGE_NAMES: readonly UsageName[] = [
  ...COMPONENTS.map(({ component, field }) => ({ name: snakeCase(field), component })),
  ...COMPONENTS.map(({ component }) => ({ name: component, component })),
  // Anthropic's, none of which includes another.
  { name: 'input_tokens', component: 'prompt' },
  { name: 'output_tokens', component: 'completion' },
  { name: 'cache_read_input_tokens', component: 'input_cache_read' },
  { name: 'cache_creation_input_tokens', component: 'input_cache_write' },
  ...part('input_cache_write_1h', 'input_cache_write', 'cache_creation.ephemeral_1h_input_tokens'),
  { name: 'server_tool_use.web_search_requests', component: 'web_search' },
  // The `usage` of OpenRouter's and OpenAI's answers.
  ...part('input_cache_read', 'prompt', 'prompt_tokens_details.cached_tokens', 'input_tokens_details.cached_tokens'),
  ...part('input_cache_read', 'prompt', 'cached_tokens', 'cached_input_tokens', 'input_cached_tokens'),
  ...part('input_cache_write', 'prompt', 'prompt_tokens_details.cache_write_tokens'),
  ...part('input_cache_write', 'prompt', 'input_tokens_details.cache_write_tokens'),
  ...part('audio', 'prompt', 'prompt_tokens_details.audio_tokens', 'input_tokens_details.audio_tokens'),
  ...part('internal_reasoning', 'completion', 'completion_tokens_details.reasoning_tokens'),
  ...part('internal_reasoning', 'completion', 'output_tokens_details.reasoning_tokens'),
  ...part('audio_output', 'completion', 'completion_tokens_details.audio_tokens', 'output_tokens_details.audio_tokens'),
  ...part('image_output', 'completion', 'completion_tokens_details.image_tokens', 'output_tokens_details.image_tokens'),
  { name: 'server_tool_use_details.web_search_requests', component: 'web_search' },
  // OpenRouter's records of generations.
  { name: 'native_tokens_prompt', component: 'prompt' },
  { name: 'native_tokens_completion', component: 'completion' },
  ...part('input_cache_read', 'prompt', 'native_tokens_cached'),
  ...part('internal_reasoning', 'completion', 'native_tokens_reasoning'),
  ...part('image_output', 'completion', 'native_tokens_completion_images'),
  // The columns of OpenRouter's activity export.
  { name: 'tokens_prompt', component: 'prompt', yields: true },
  { name: 'tokens_completion', component: 'completion', yields: true },
  { name: 'tokens_cached', component: 'input_cache_read', partOf: 'prompt', yields: true },
  { name: 'tokens_reasoning', component: 'internal_reasoning', partOf: 'completion', yields: true },
];

export const MODEL_NAMES = ['model', 'model_id', 'model_permaslug'];
export const TIME_NAMES = ['time', 'at', 'timestamp', 'date', 'created_at', 'created'];
/** Who answered the request. */
export const PROVIDER_NAMES = ['provider_name', 'provider'];

/** Beside `model_permaslug`: the value `free` means the model with `:free` appended. */
export const VARIANT_NAME = 'variant';

/**
 * Known columns that add nothing to a bill: sums of others, parts that cost the same as the whole they are in, amounts,
 * and descriptions of a request.
 */
export const UNBILLED_NAMES = [
  ...['total_tokens', 'usage', 'cost', 'total_cost', 'cost_total', 'cost_cache', 'cost_web_search', 'cost_details'],
  ...['cost_file_processing', 'byok_usage_inference', 'upstream_inference_cost', 'cache_discount', 'is_byok'],
  ...['prompt_tokens_details.text_tokens', 'prompt_tokens_details.image_tokens', 'prompt_tokens_details.video_tokens'],
  ...['prompt_tokens_details.file_tokens', 'completion_tokens_details.text_tokens'],
  ...['input_tokens_details.text_tokens', 'input_tokens_details.image_tokens', 'output_tokens_details.text_tokens'],
  ...['completion_tokens_details.accepted_prediction_tokens', 'completion_tokens_details.rejected_prediction_tokens'],
  ...['cache_creation.ephemeral_5m_input_tokens', 'server_tool_use_details.tool_calls_requested'],
  ...['server_tool_use_details.tool_calls_executed', 'max_tokens', 'max_completion_tokens', 'service_tier'],
  ...['id', 'object', 'choices', 'system_fingerprint', 'generation_id', 'upstream_id', 'request_id', 'session_id'],
  ...['endpoint_id', 'workspace_id', 'app_id', 'app_name', 'api_key_name', 'api_type'],
  ...['api_key_disabled', 'user', 'external_user', 'http_referer', 'origin', 'router', 'preset_id', 'data_region'],
  ...['streamed', 'cancelled', 'latency', 'moderation_latency', 'generation_time', 'generation_time_ms'],
  ...['time_to_first_token_ms', 'finish_reason', 'native_finish_reason', 'finish_reason_raw'],
  ...['finish_reason_normalized', 'web_search_engine', 'provider_responses', 'response_cache_source_id'],
];

/** Names alike but for case, `_`, `-` and blanks are one. */
export function squeeze(name: string): string {
  return name.toLowerCase().replaceAll(/[_\-\s]/g, '');
}
