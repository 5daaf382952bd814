import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { addAbortSignal, type Readable } from 'node:stream';
import { UpstreamError, UsageError } from '../core/errors.ts';
import { LIMITS } from './openrouter/requestLimits.ts';

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

const CHUNK_BYTES = 1 << 20;

/**
 * Reads a body from a file or standard input, exactly as it stands there. Either may be a pipe without end.
 * @throws UpstreamError when it cannot be read, is longer than what is taken over HTTP, or `signal` stops it
 */
export async function readBody(
  source: Exclude<Source, { kind: 'url' }>,
  stdin: Readable,
  signal: AbortSignal,
): Promise<Buffer> {
  const stream = source.kind === 'file' ? createReadStream(source.path, { highWaterMark: CHUNK_BYTES }) : stdin;
  addAbortSignal(signal, stream);
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of stream) {
      chunks.push(Buffer.from(chunk));
      bytes += chunks.at(-1)?.length ?? 0;
      if (bytes > LIMITS.bodyBytes) break;
    }
  } catch (cause) {
    if (signal.aborted) throw new UpstreamError('stopped', 'the run was stopped; nothing was changed', { cause });
    const reason = cause instanceof Error ? cause.message : 'unknown';
    throw new UpstreamError('unreadable', `the source cannot be read: ${reason}`, { hint: 'check its path', cause });
  }
  if (bytes <= LIMITS.bodyBytes) return Buffer.concat(chunks, bytes);
  const most = `${LIMITS.bodyBytes / 2 ** 20} MiB`;
  throw new UpstreamError('too_large', `the source is longer than ${most}; nothing was changed`, {
    hint: 'check what it is: a model list has one or two',
  });
}
