import { codeOf, UsageError, withoutStop } from '../core/errors.ts';
import { type BytePairs, TokenCounter } from '../core/tokens/bytePairs.ts';

/** The vocabularies that OpenAI published. */
export type VocabularyName = 'o200k' | 'cl100k';

const MODULES = {
  o200k: {
    ranks: () => import('gpt-tokenizer/esm/bpeRanks/o200k_base'),
    params: () => import('gpt-tokenizer/esm/encodingParams/o200k_base').then(({ O200KBase }) => O200KBase),
  },
  cl100k: {
    ranks: () => import('gpt-tokenizer/esm/bpeRanks/cl100k_base'),
    params: () => import('gpt-tokenizer/esm/encodingParams/cl100k_base').then(({ Cl100KBase }) => Cl100KBase),
  },
} as const;

/** Kept for the whole process, unlike the counters, each of which remembers the texts that it has counted. */
const loaded = new Map<VocabularyName, Promise<BytePairs>>();

/**
 * Loads a vocabulary from the optional package gpt-tokenizer.
 * @returns undefined if that package is not installed
 * @throws UsageError when it is installed but cannot be used
 */
export async function loadVocabulary(name: VocabularyName): Promise<TokenCounter | undefined> {
  try {
    const pairs = loaded.get(name) ?? load(name);
    loaded.set(name, pairs);
    return new TokenCounter(await pairs);
  } catch (cause) {
    if (codeOf(cause) === 'ERR_MODULE_NOT_FOUND') return undefined;
    const message = `The package gpt-tokenizer cannot be used: ${withoutStop(String(cause))}; nothing was counted.`;
    throw new UsageError('vocabulary', message, { hint: INSTALL, cause });
  }
}

async function load(name: VocabularyName): Promise<BytePairs> {
  const [{ default: tokens }, params] = await Promise.all([MODULES[name].ranks(), MODULES[name].params()]);
  return { ranks: rankByBytes(tokens), split: params(tokens).tokenSplitRegex };
}

export const INSTALL =
  'Run npm install gpt-tokenizer (30 MB) to have exact counts of GPT models, and narrower estimates of all others.';

/** Each token's rank by its bytes. A token is a text or, for a part of a character, bytes. */
function rankByBytes(tokens: readonly (string | readonly number[])[]): ReadonlyMap<string, number> {
  const ranks = new Map<string, number>();
  tokens.forEach((token, rank) => {
    const bytes = typeof token === 'string' ? Buffer.from(token, 'utf8') : Buffer.from(token);
    ranks.set(bytes.toString('latin1'), rank);
  });
  return ranks;
}
