import { basename } from 'node:path';
import type { Readable } from 'node:stream';
import { UpstreamError, withoutStop } from '../core/errors.ts';
import { readAtMost } from './input.ts';
import { LIMITS } from './openrouter/requestLimits.ts';
import { readSavedBody, TOO_LARGE } from './savedBody.ts';
import type { Source } from './source.ts';

/**
 * Reads a body from a file or standard input, either of which may be an endless pipe. As in an import, a file may be
 * compressed with gzip, and UTF-16 becomes UTF-8; what is something else stays as it is, for the reader to reject.
 * @throws UpstreamError when it cannot be read, is longer than over HTTP, or is stopped by the signal
 */
export async function readBody(
  source: Exclude<Source, { kind: 'url' }>,
  stdin: Readable,
  signal: AbortSignal,
): Promise<Buffer> {
  let body: Buffer | undefined;
  try {
    body = await readAtMost(LIMITS.bodyBytes, source.kind === 'file' ? source.path : '-', stdin, signal);
  } catch (cause) {
    if (signal.aborted) throw new UpstreamError('stopped', 'The run was stopped; nothing was changed.', { cause });
    const reason = reasonOf(cause, source);
    throw new UpstreamError('unreadable', `The source cannot be read: ${withoutStop(reason)}.`, {
      hint: 'Check its path.',
      cause,
    });
  }
  if (body !== undefined) {
    const saved = readSavedBody(body, source.kind === 'file' ? source.path : '');
    if ('bytes' in saved) return saved.bytes;
    if (saved.unreadable !== TOO_LARGE) return body;
  }
  const most = `${LIMITS.bodyBytes / 2 ** 20} MiB`;
  throw new UpstreamError('too_large', `The source is longer than ${most}; nothing was changed.`, {
    hint: 'Check what it is: a model list has one or two.',
  });
}

/** Replaces an address that was taken for a path by its label, as it may contain a key. */
function reasonOf(cause: unknown, source: Exclude<Source, { kind: 'url' }>): string {
  const reason = cause instanceof Error ? cause.message : 'unknown';
  if (source.kind === 'stdin' || source.label === `file:${basename(source.path)}`) return reason;
  return reason.replaceAll(source.path, source.label);
}
