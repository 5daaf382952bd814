import { exactNumber } from './json.ts';
import type { Model } from './model.ts';

/** A model's limits, in tokens; null where upstream names none. */
export interface Limits {
  readonly contextLength: number | null;
  readonly topProviderContextLength: number | null;
  readonly maxCompletionTokens: number | null;
  readonly isModerated: boolean | null;
  readonly requestPromptTokens: number | null;
  readonly requestCompletionTokens: number | null;
}

export function limitsOf({ leaves }: Model): Limits {
  const number = (path: string): number | null => {
    const value = leaves.get(path);
    return value === undefined || exactNumber(value) !== undefined ? null : Number(value);
  };
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
