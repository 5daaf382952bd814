import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { readInputFile } from '../../config/inputFile.ts';
import { messageOf, UsageError } from '../../core/errors.ts';
import { decodeText, NotText, SAVE_AS_UTF8 } from '../../core/reading/text/encoding.ts';
import { readTexts } from '../../core/tokens/messages.ts';
import { readWhole } from '../../upstream/input.ts';
import type { Context } from '../shared/context.ts';

/** The texts of one request: the system prompt, if there is one, and the content of a file. */
export interface RequestTexts {
  /** The file's path. */
  readonly name: string;
  readonly texts: readonly string[];
}

/** A larger file is not a prompt. */
const MOST_BYTES = 64 << 20;

/**
 * Reads a text, a chat as JSON messages, or a folder in which every file is a request.
 * @param path `-` is standard input
 * @throws UsageError when there is no text, or it cannot be read
 */
export async function readRequests(
  path: string,
  system: string | undefined,
  { stdin, signal }: Context,
): Promise<RequestTexts[]> {
  const before = system === undefined ? [] : readTexts(readText(system), system);
  if (path === '-') {
    const text = await readWhole(path, stdin, signal).catch((cause: unknown) => {
      throw cause instanceof NotText ? noText('standard input', cause) : cause;
    });
    return [{ name: 'standard input', texts: [...before, ...readTexts(text, path)] }];
  }
  const files = isFolder(path)
    ? readdirSync(path, { withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map(({ name }) => join(path, name))
        .sort()
    : [path];
  if (files.length === 0) throw new UsageError('no_text', `There is no file in ${path}; nothing was counted.`);
  return files.map((file) => ({ name: file, texts: [...before, ...readTexts(readText(file), file)] }));
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    // If it does not exist, reading it reports that.
    return false;
  }
}

function readText(path: string): string {
  try {
    const bytes = readInputFile(path);
    if (bytes.length > MOST_BYTES) throw new TypeError(`it has more than ${MOST_BYTES} bytes`);
    return decodeText(bytes);
  } catch (cause) {
    throw noText(path, cause);
  }
}

function noText(name: string, cause: unknown): UsageError {
  const message = `${name} cannot be read as a text (${messageOf(cause)}); nothing was counted.`;
  return new UsageError('no_text', message, { cause, hint: cause instanceof NotText ? SAVE_AS_UTF8 : undefined });
}
