import { messageOf, UsageError, withoutStop } from '../core/errors.ts';
import { glob } from '../core/format/glob.ts';

/** A tokenizer.json of the person's own, for the models whose id fits a pattern. */
export interface TokenizerFile {
  readonly path: string;
  readonly fits: (id: string) => boolean;
  /** @returns a function that counts the tokens of a text, without special tokens that the tokenizer adds around it */
  readonly load: () => Promise<(text: string) => number>;
}

/**
 * Reads an option such as `qwen/*=tokenizer.json`.
 * @param readText reads a file
 * @throws UsageError when the option does not have that form
 */
export function readTokenizerFile(words: string, readText: (path: string) => string): TokenizerFile {
  const at = words.indexOf('=');
  const [pattern, path] = [words.slice(0, at).trim(), words.slice(at + 1).trim()];
  if (at < 1 || path === '') {
    throw new UsageError('bad_tokenizer', `"${words}" is not a tokenizer for models; nothing was counted.`, {
      hint: "Give a pattern and a file, as in --tokenizer 'qwen/*=tokenizer.json'.",
    });
  }
  return { path, fits: glob(pattern), load: () => load(path, readText) };
}

async function load(path: string, readText: (path: string) => string): Promise<(text: string) => number> {
  try {
    const definition: unknown = JSON.parse(readText(path));
    if (typeof definition !== 'object' || definition === null || !('model' in definition)) {
      throw new TypeError('it has no "model"');
    }
    const { Tokenizer } = await import('@huggingface/tokenizers');
    const tokenizer = new Tokenizer(definition, {});
    return (text) => tokenizer.encode(text, { add_special_tokens: false }).ids.length;
  } catch (cause) {
    const message = `${path} cannot be used as a tokenizer: ${withoutStop(messageOf(cause))}; nothing was counted.`;
    const hint = 'Give the tokenizer.json that the model was published with, as the Hugging Face library writes it.';
    throw new UsageError('bad_tokenizer', message, { hint, cause });
  }
}
