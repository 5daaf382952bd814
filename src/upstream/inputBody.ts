import { basename } from 'node:path';
import type { Readable } from 'node:stream';
import { UpstreamError, withoutStop } from '../core/errors.ts';
import { readAtMost } from './input.ts';
import { LIMITS } from './openrouter/requestLimits.ts';
import type { Source } from './source.ts';

/**
 * Reads a body from a file or standard input, exactly as it stands there. Either may be a pipe without end.
 * @throws UpstreamError when it cannot be read, is longer than what is taken over HTTP, or `signal` stops it
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
  if (body !== undefined) return body;
  const most = `${LIMITS.bodyBytes / 2 ** 20} MiB`;
  throw new UpstreamError('too_large', `The source is longer than ${most}; nothing was changed.`, {
    hint: 'Check what it is: a model list has one or two.',
  });
}

/** An address that passes for a path is named as the data file names it: there may be a key in it. */
function reasonOf(cause: unknown, source: Exclude<Source, { kind: 'url' }>): string {
  const reason = cause instanceof Error ? cause.message : 'unknown';
  if (source.kind === 'stdin' || source.label === `file:${basename(source.path)}`) return reason;
  return reason.replaceAll(source.path, source.label);
}
