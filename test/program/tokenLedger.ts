import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { call } from './call.ts';

/** A text of a language or kind that did not make the table of estimates. */
export const corpus = (name: string): string => join(import.meta.dirname, '../core/tokens/corpus', `${name}.txt`);

const entry = (id: string, tokenizer: string | null, prompt: string, completion: string): unknown => ({
  id,
  name: id,
  pricing: { prompt, completion },
  architecture: { tokenizer },
});

/** A ledger of five models, each of which is counted in another way. */
export async function tokenLedger(folder: string): Promise<string> {
  const list = [
    entry('openai/gpt-5', 'GPT', '0.00000125', '0.00001'),
    entry('openai/gpt-4', 'GPT', '0.00003', '0.00006'),
    entry('qwen/qwen3-32b', 'Qwen3', '0.0000001', '0.0000003'),
    entry('acme/other', 'Other', '0.000001', '0.000002'),
    entry('openrouter/auto', 'Router', '-1', '-1'),
  ];
  writeFileSync(join(folder, 'list.json'), JSON.stringify({ data: list }));
  const db = join(folder, 'ledger.db');
  expect((await call(['sync', '--source', join(folder, 'list.json'), '--db', db])).code).toBe(0);
  return db;
}
