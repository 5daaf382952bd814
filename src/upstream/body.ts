import { constants, createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { addAbortSignal, type Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { UpstreamError } from '../core/errors.ts';
import { LIMITS } from './openrouter/requestLimits.ts';
import type { Source } from './source.ts';

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
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of source.kind === 'file'
      ? await openFile(source.path, stdin, signal)
      : follow(stdin, signal)) {
      chunks.push(Buffer.from(chunk));
      bytes += chunks.at(-1)?.length ?? 0;
      if (bytes > LIMITS.bodyBytes) break;
    }
  } catch (cause) {
    if (signal.aborted) throw new UpstreamError('stopped', 'the run was stopped; nothing was changed', { cause });
    const reason = reasonOf(cause, source);
    throw new UpstreamError('unreadable', `the source cannot be read: ${reason}`, { hint: 'check its path', cause });
  }
  if (bytes <= LIMITS.bodyBytes) return Buffer.concat(chunks, bytes);
  const most = `${LIMITS.bodyBytes / 2 ** 20} MiB`;
  throw new UpstreamError('too_large', `the source is longer than ${most}; nothing was changed`, {
    hint: 'check what it is: a model list has one or two',
  });
}

/** An address that passes for a path is named as the data file names it: there may be a key in it. */
function reasonOf(cause: unknown, source: Exclude<Source, { kind: 'url' }>): string {
  const reason = cause instanceof Error ? cause.message : 'unknown';
  if (source.kind === 'stdin' || source.label === `file:${basename(source.path)}`) return reason;
  return reason.replaceAll(source.path, source.label);
}

function follow(stream: Readable, signal: AbortSignal): Readable {
  return addAbortSignal(signal, stream);
}

/** This process's standard input under other names. */
const STDIN = /^\/(?:dev\/stdin|dev\/fd\/0|proc\/self\/fd\/0)$/;

async function openFile(path: string, stdin: Readable, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>> {
  if (STDIN.test(path)) return follow(stdin, signal);
  const found = await stat(path).catch(() => undefined);
  if (found === undefined || found.isFile())
    return follow(createReadStream(path, { highWaterMark: CHUNK_BYTES }), signal);
  return readPatiently(path, signal);
}

/** How often a pipe is looked at that has nothing yet. */
const LOOK_MS = 10;
/** A pipe without a name, as shells make them: its writer is there from the start, or has gone for good. */
const UNNAMED = /^\/(?:dev\/fd|proc)\//;

/**
 * Reads a pipe or a device. Opened and read in the usual way, it would keep a thread of Node's in a call that nothing
 * interrupts, and with it the process, until a writer comes.
 */
async function* readPatiently(path: string, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    // Until somebody has opened the other end of a named pipe, reading it finds its end too.
    let hasWriter = UNNAMED.test(path);
    for (;;) {
      signal.throwIfAborted();
      const chunk = Buffer.alloc(CHUNK_BYTES);
      const bytes = await file.read(chunk).then(
        ({ bytesRead }) => bytesRead,
        (error: unknown) => {
          if (error instanceof Error && 'code' in error && error.code === 'EAGAIN') return undefined;
          throw error;
        },
      );
      if (bytes === 0 && hasWriter) return;
      hasWriter ||= bytes !== 0;
      if (bytes) yield chunk.subarray(0, bytes);
      else await sleep(LOOK_MS, undefined, { signal });
    }
  } finally {
    await file.close();
  }
}
