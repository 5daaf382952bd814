import type { Vocabulary } from './ratios.ts';

/** How a model's tokens can be counted: by a known vocabulary, by measured ones that are similar, or not at all. */
export type Family =
  | { readonly kind: 'known'; readonly vocabulary: 'o200k' | 'cl100k' }
  | { readonly kind: 'like'; readonly name: string; readonly parts: readonly LikeVocabulary[] }
  | { readonly kind: 'unknown'; readonly why: string };

type Reference = Vocabulary | 'o200k';

/** Between `from` and `to` times as many tokens as a measured vocabulary gives. */
interface LikeVocabulary {
  readonly vocabulary: Reference;
  readonly from: number;
  readonly to: number;
}

const about = (vocabulary: Reference, from: number, to: number): LikeVocabulary => ({ vocabulary, from, to });
const exactly = (vocabulary: Reference): LikeVocabulary => about(vocabulary, 1, 1);

/** OpenAI's ids by their vocabulary: cl100k until GPT-4 Turbo, o200k since GPT-4o. */
const CL100K = /^openai\/(?:gpt-4(?:$|[-:](?!o))|gpt-3\.5|text-embedding)/;
const O200K =
  /^openai\/(?:gpt-4o|gpt-4\.[1-9]|gpt-[5-9]|gpt-oss|gpt-audio|gpt-chat-latest|chatgpt-4o|codex-mini|o[1-9])/;

/** The newer Claude vocabulary, from version 4.7 on: `claude-opus-4.7`, `claude-sonnet-5`. */
const NEW_CLAUDE = /^anthropic\/claude-[a-z]+-(?:4\.[7-9]|[5-9])/;
/** Qwen's larger vocabulary, from version 3.5 on. */
const NEW_QWEN = /^qwen\/qwen3\.[5-9]/;
/** Mistral's models before its larger vocabulary, which came with Nemo. */
const OLD_MISTRAL = /mixtral|mistral-(?:7b|tiny|small$|medium$|large$|large-24)|wizardlm|codestral-mamba/;

const gemini = (): LikeVocabulary[] => [about('gemini', 0.97, 1.05)];
const qwen = (id: string): LikeVocabulary[] =>
  NEW_QWEN.test(id) ? [about('qwen', 0.8, 1), exactly('o200k')] : [exactly('qwen')];

/** By upstream's name of the tokenizer, `architecture.tokenizer`. */
const FAMILIES: Readonly<Record<string, (id: string) => readonly LikeVocabulary[]>> = {
  GPT: () => [exactly('o200k'), exactly('cl100k')],
  // Claude 2's vocabulary is the last one published; others have compared the later ones with it.
  Claude: (id) => (NEW_CLAUDE.test(id) ? [about('claude2', 1, 1.7)] : [about('claude2', 1, 1.2)]),
  Gemini: gemini,
  Gemma: gemini,
  Qwen: qwen,
  Qwen3: qwen,
  DeepSeek: () => [exactly('deepseek')],
  Llama2: () => [exactly('llama2')],
  Llama3: () => [exactly('llama3')],
  Llama4: () => [exactly('llama3'), exactly('o200k')],
  Mistral: (id) => (OLD_MISTRAL.test(id) ? [exactly('tekken'), exactly('llama2')] : [exactly('tekken')]),
  Grok: () => [about('o200k', 0.93, 1.1)],
  Nova: () => [about('cl100k', 0.87, 1)],
  Cohere: () => [exactly('cohere')],
};

/**
 * Finds out how to count a model's tokens.
 * @param tokenizer `architecture.tokenizer`; null where upstream gives none
 * @param aliasOf the target of a `~author/x-latest` alias, which is counted instead
 */
export function familyOf(id: string, tokenizer: string | null, aliasOf: string | null = null): Family {
  const base = (aliasOf ?? id).replace(/^~/, '').replace(/:.*$/s, '');
  if (CL100K.test(base)) return { kind: 'known', vocabulary: 'cl100k' };
  if (O200K.test(base)) return { kind: 'known', vocabulary: 'o200k' };
  if (id.startsWith('openrouter/') || (tokenizer === 'Router' && aliasOf === null)) {
    return { kind: 'unknown', why: 'a router, whose model is chosen per request' };
  }
  if (tokenizer === null) return { kind: 'unknown', why: 'upstream names no tokenizer' };
  const parts = Object.hasOwn(FAMILIES, tokenizer) ? FAMILIES[tokenizer]?.(base) : undefined;
  if (parts === undefined) return { kind: 'unknown', why: `nothing is known of the tokenizer "${tokenizer}"` };
  return { kind: 'like', name: tokenizer, parts };
}
