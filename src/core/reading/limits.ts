/** A model's limits, in tokens; null where upstream names none, or none that is a count (`"Infinity"`). */
export interface Limits {
  readonly contextLength: number | null;
  readonly topProviderContextLength: number | null;
  readonly maxCompletionTokens: number | null;
  readonly isModerated: boolean | null;
  readonly requestPromptTokens: number | null;
  readonly requestCompletionTokens: number | null;
}

export function limitsOf({ leaves }: { readonly leaves: ReadonlyMap<string, unknown> }): Limits {
  const number = (path: string): number | null => readCount(leaves.get(path));
  const moderated = leaves.get('top_provider.is_moderated');
  return {
    contextLength: number('context_length'),
    topProviderContextLength: number('top_provider.context_length'),
    maxCompletionTokens: number('top_provider.max_completion_tokens'),
    isModerated: typeof moderated === 'boolean' ? moderated : null,
    requestPromptTokens: number('per_request_limits.prompt_tokens'),
    requestCompletionTokens: number('per_request_limits.completion_tokens'),
  };
}

/** A count; early lists wrote limits as text. */
function readCount(value: unknown): number | null {
  if (typeof value === 'string') return /^\d{1,15}$/.test(value) ? Number(value) : null;
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : null;
}
