import { UsageError } from '../errors.ts';
import { type LogRecord, readLogRecords } from '../pricing/logRecords.ts';
import { MODEL_NAMES } from '../pricing/usageNames.ts';
import { isObject } from '../reading/json.ts';
import { textsOfChat } from './messages.ts';

/** A logged request of which both the prompt's length and the model's count are known. */
export interface CountedRequest {
  readonly line: number;
  readonly model: string;
  /** The model's count for the prompt. */
  readonly tokens: number;
  /** The prompt's text, where the log has it. */
  readonly text: string | undefined;
  readonly characters: number | undefined;
  /** Identifies the prompt among the requests. */
  readonly prompt: string | undefined;
}

const TOKENS = ['native_tokens_prompt', 'native_prompt_tokens', 'tokens_prompt', 'prompt_tokens', 'input_tokens'];
const TEXT = ['text', 'prompt', 'input'];
const CHARACTERS = ['characters', 'chars', 'prompt_characters', 'prompt_chars', 'num_chars'];
const PROMPT = ['prompt_id', 'prompt_hash', 'prompt_sha256', 'text_id'];

export interface CountedRequests {
  /** How many the log has. */
  readonly records: number;
  /** Those that something can be learned from. */
  readonly requests: readonly CountedRequest[];
}

/**
 * Reads from a usage log how many tokens its texts had.
 * @returns its requests; yields after each line
 * @throws UsageError naming the line that cannot be read
 */
export function* readCountedRequests(text: string): Generator<undefined, CountedRequests> {
  const requests: CountedRequest[] = [];
  let records = 0;
  for (const record of readLogRecords(text)) {
    records += 1;
    const request = readCounted(record);
    if (request !== undefined) requests.push(request);
    yield;
  }
  return { records, requests };
}

function readCounted({ line, record }: LogRecord): CountedRequest | undefined {
  const flat = isObject(record.usage) ? { ...record, ...record.usage } : record;
  const model = textOf(flat, MODEL_NAMES);
  const tokens = countOf(flat, TOKENS);
  const text = textOf(flat, TEXT) ?? chatText(flat);
  const characters = countOf(flat, CHARACTERS);
  const prompt = textOf(flat, PROMPT);
  if (model === undefined || tokens === undefined) return undefined;
  if ((text ?? characters ?? prompt) === undefined) return undefined;
  return { line, model, tokens, text, characters, prompt: prompt ?? text };
}

type Flat = Readonly<Record<string, unknown>>;

function textOf(record: Flat, names: readonly string[]): string | undefined {
  const found = names.map((name) => record[name]).find((value) => typeof value === 'string' && value !== '');
  return typeof found === 'string' ? found : undefined;
}

function countOf(record: Flat, names: readonly string[]): number | undefined {
  const values = names.map((name) => record[name]).filter((value) => /^[1-9]\d{0,11}$/.test(String(value ?? '')));
  return values.length === 0 ? undefined : Number(values[0]);
}

/** Of a chat with images or tools nothing is learned: they are in the count, and nobody knows how. */
function chatText(record: Flat): string | undefined {
  try {
    return textsOfChat(record, 'the chat')?.join('\n');
  } catch (error) {
    if (error instanceof UsageError) return undefined;
    throw error;
  }
}
