import { existsSync } from 'node:fs';
import { readInputText } from '../../config/inputFile.ts';
import { type Learned, readLearned } from '../../core/tokens/learned.ts';
import type { CountingTools } from '../../tokenizers/count.ts';
import { readTokenizerFile } from '../../tokenizers/tokenizerFiles.ts';
import type { Context } from '../shared/context.ts';

/** The file beside the data file that `calibrate` writes: `ledger.tokens.json` for `ledger.db`. */
export function learnedFile(db: string): string {
  return `${db.replace(/\.db$/, '')}.tokens.json`;
}

/** What `calibrate` has learned; undefined if there is nothing. */
export function learnedBy(db: string): Learned | undefined {
  const file = learnedFile(db);
  return existsSync(file) ? readLearned(readInputText(file), file) : undefined;
}

/** The tokenizers of options and settings, and what `calibrate` has learned. */
export function countingTools(
  { db, tokenizer = [] }: { readonly db: string; readonly tokenizer?: readonly string[] | undefined },
  { env, signal }: Context,
  onProgress: CountingTools['onProgress'],
): CountingTools {
  const set = (env.MODEL_LEDGER_TOKENIZERS ?? '').split(',').filter((words) => words.trim() !== '');
  const files = [...tokenizer, ...set].map((words) => readTokenizerFile(words, readInputText));
  return { files, learned: learnedBy(db), signal, onProgress };
}
