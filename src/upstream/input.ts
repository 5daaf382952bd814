import { constants, createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { addAbortSignal, type Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { LOOK_MS, UNNAMED } from '../config/inputFile.ts';
import { codeOf } from '../core/errors.ts';
import { decodeText } from '../core/reading/text/encoding.ts';

const CHUNK_BYTES = 1 << 20;

/** The names of this process's standard input. */
const STDIN = /^(?:-|\/dev\/stdin|\/dev\/fd\/0|\/proc\/self\/fd\/0)$/;

/**
 * Opens a file, a pipe, a device, or `-` for standard input. The signal ends the reading of any of them.
 * @throws the file system's error, there or while it is read
 */
export async function openInput(
  path: string,
  stdin: Readable,
  signal: AbortSignal,
): Promise<AsyncIterable<Uint8Array>> {
  if (STDIN.test(path)) return addAbortSignal(signal, stdin);
  const found = await stat(path).catch(() => undefined);
  if (found === undefined || found.isFile())
    return addAbortSignal(signal, createReadStream(path, { highWaterMark: CHUNK_BYTES }));
  return readPatiently(path, found.isFIFO() && !UNNAMED.test(path), signal);
}

/**
 * All of what {@link openInput} opens, as text.
 * @throws NotText for what is neither UTF-8 nor UTF-16
 */
export async function readWhole(path: string, stdin: Readable, signal: AbortSignal): Promise<string> {
  return decodeText(await buffer(await openInput(path, stdin, signal)));
}

/** The same as bytes; undefined where there are more than `most`. */
export async function readAtMost(
  most: number,
  path: string,
  stdin: Readable,
  signal: AbortSignal,
): Promise<Buffer | undefined> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of await openInput(path, stdin, signal)) {
    length += chunk.length;
    if (length > most) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, length);
}

/** The first bytes of a regular file, at most so many. */
export async function readBeginning(path: string, most: number): Promise<Buffer> {
  const file = await open(path);
  try {
    const { buffer: beginning, bytesRead } = await file.read(Buffer.alloc(most), 0, most, 0);
    return beginning.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/**
 * Reads a pipe or a device without blocking. The usual way would keep one of Node's threads, and the process with it,
 * waiting for a writer without a way to interrupt it.
 * @param needsWriter whether it is a named pipe, which seems to be at its end until somebody opens its other end
 */
async function* readPatiently(path: string, needsWriter: boolean, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    let hasWriter = !needsWriter;
    for (;;) {
      signal.throwIfAborted();
      const chunk = Buffer.alloc(CHUNK_BYTES);
      const bytes = await file.read(chunk).then(
        ({ bytesRead }) => bytesRead,
        (error: unknown) => {
          if (codeOf(error) === 'EAGAIN') return undefined;
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
