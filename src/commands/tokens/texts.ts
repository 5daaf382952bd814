import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf, UsageError } from '../../core/errors.ts';
import { isObject, parseJson } from '../../core/reading/json.ts';
import type { Context } from '../shared/context.ts';

/** The texts of one request: what the person's file says, and the system prompt before it. */
export interface RequestTexts {
  /** The file. */
  readonly name: string;
  readonly texts: readonly string[];
}

/** A file beyond this is no prompt. */
const MOST_BYTES = 64 * 1024 * 1024;

/**
 * Reads a text, a chat as JSON messages, or a folder in which every file is a request.
 * @param path `-` is standard input
 * @throws UsageError when there is no text to be had
 */
export async function readRequests(
  path: string,
  system: string | undefined,
  context: Context,
): Promise<RequestTexts[]> {
  const before = system === undefined ? [] : toTexts(readText(system), system);
  if (path === '-') return [{ name: 'standard input', texts: [...before, ...toTexts(await readInput(context), path)] }];
  const files = isFolder(path)
    ? readdirSync(path, { withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map(({ name }) => join(path, name))
        .sort()
    : [path];
  if (files.length === 0) throw new UsageError('no_text', `There is no file in ${path}; nothing was counted.`);
  return files.map((file) => ({ name: file, texts: [...before, ...toTexts(readText(file), file)] }));
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    // That it is missing is told when it is read.
    return false;
  }
}

function readText(path: string): string {
  try {
    const bytes = readFileSync(path);
    if (bytes.length > MOST_BYTES) throw new TypeError(`it has more than ${MOST_BYTES} bytes`);
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    const why = messageOf(cause);
    throw new UsageError('no_text', `${path} cannot be read as a text in UTF-8 (${why}); nothing was counted.`, {
      cause,
    });
  }
}

async function readInput({ stdin, signal }: Context): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stdin) {
    signal.throwIfAborted();
    chunks.push(Buffer.from(chunk));
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** The contents of a chat's messages where the text is one, `[{"role","content"}]` or `{"messages":[…]}`; else the text. */
function toTexts(text: string, path: string): string[] {
  if (!/^\s*[[{]/.test(text) || !/"role"\s*:/.test(text)) return [text];
  const messages = messagesOf(text);
  if (messages === undefined) return [text];
  return messages.flatMap((message, index) => contentsOf(message, `message ${index + 1} of ${path}`));
}

function messagesOf(text: string): readonly unknown[] | undefined {
  try {
    const value = parseJson(text);
    const list = isObject(value) ? value.messages : value;
    return Array.isArray(list) && list.every((item) => isObject(item) && 'role' in item) ? list : undefined;
  } catch {
    // Not JSON, so it is a text that only looks like it.
    return undefined;
  }
}

/** The text parts: an image or a file has tokens that no text tells. */
function contentsOf(message: unknown, where: string): string[] {
  const content = isObject(message) ? message.content : undefined;
  if (typeof content === 'string') return [content];
  if (content === null || content === undefined) return [];
  const parts: readonly unknown[] = Array.isArray(content) ? content : [];
  if (parts.length === 0) throw new UsageError('no_text', `${where} has no text; nothing was counted.`);
  return parts.map((part) => {
    if (isObject(part) && typeof part.text === 'string') return part.text;
    throw new UsageError('not_text', `${where} has a part that is no text; nothing was counted.`, {
      hint: 'Images and files are counted by their own rules: bill them with --image-tokens.',
    });
  });
}
