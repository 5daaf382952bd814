import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { readInputFile } from '../../config/inputFile.ts';
import { messageOf, UsageError } from '../../core/errors.ts';
import { readTexts } from '../../core/tokens/messages.ts';
import { readWhole } from '../../upstream/input.ts';
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
  { stdin, signal }: Context,
): Promise<RequestTexts[]> {
  const before = system === undefined ? [] : readTexts(readText(system), system);
  if (path === '-') {
    const text = await readWhole(path, stdin, signal);
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
    // That it is missing is told when it is read.
    return false;
  }
}

function readText(path: string): string {
  try {
    const bytes = readInputFile(path);
    if (bytes.length > MOST_BYTES) throw new TypeError(`it has more than ${MOST_BYTES} bytes`);
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    const why = messageOf(cause);
    throw new UsageError('no_text', `${path} cannot be read as a text in UTF-8 (${why}); nothing was counted.`, {
      cause,
    });
  }
}
