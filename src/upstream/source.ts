import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Readable } from 'node:stream';
import { UpstreamError, UsageError } from '../core/errors.ts';

/** Upstream's full list: without `output_modalities=all` it leaves out embeddings, image and speech models. */
export const DEFAULT_SOURCE = 'https://openrouter.ai/api/v1/models?output_modalities=all';

/** Where a body comes from, and how the data file names it. */
export type Source =
  | { readonly kind: 'url'; readonly label: string; readonly url: URL; readonly scope: string }
  | { readonly kind: 'file'; readonly label: string; readonly path: string }
  | { readonly kind: 'stdin'; readonly label: string };

/** Which part of the list is asked for does not change what the list covers. */
const NOT_SCOPE: ReadonlySet<string> = new Set(['limit', 'offset', 'sort']);
const SECRET = /key|token|secret|auth|passw|signature/i;

/**
 * Reads what `--source` says: an http or https URL, a file, or `-` for standard input.
 * @throws UsageError when it is a URL that cannot be fetched
 */
export function readSource(text: string): Source {
  if (text === '-') return { kind: 'stdin', label: 'file:-' };
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return { kind: 'file', label: `file:${basename(text)}`, path: text };
  if (!URL.canParse(text) || !/^https?:/i.test(text)) {
    throw new UsageError('bad_source', 'the source is not an http or https URL', {
      hint: `give --source a URL such as ${DEFAULT_SOURCE}, a file, or - for standard input`,
    });
  }
  const url = new URL(text);
  return { kind: 'url', url, label: labelOf(url), scope: scopeOf(url) };
}

/** What a list covers, read off its address: upstream's default is text models only. */
function scopeOf({ searchParams }: URL): string {
  const parameters = new Map<string, string>([['output_modalities', 'text']]);
  for (const [name, value] of searchParams) {
    if (!NOT_SCOPE.has(name) && !SECRET.test(name)) parameters.set(name, value);
  }
  return [...parameters]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

function labelOf(url: URL): string {
  const shown = new URL(url);
  shown.username = '';
  shown.password = '';
  for (const name of [...shown.searchParams.keys()]) {
    if (SECRET.test(name)) shown.searchParams.set(name, '***');
  }
  return shown.href;
}

/**
 * Reads a body from a file or standard input, exactly as it stands there.
 * @throws UpstreamError when it cannot be read
 */
export async function readBody(source: Exclude<Source, { kind: 'url' }>, stdin: Readable): Promise<Buffer> {
  if (source.kind === 'file') {
    try {
      return await readFile(source.path);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : 'unknown';
      throw new UpstreamError('unreadable', `the source file cannot be read: ${reason}`, {
        hint: 'check its path',
        cause,
      });
    }
  }
  const chunks: Buffer[] = [];
  for await (const chunk of stdin) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}
