import { closeSync, constants, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { codeOf } from '../core/errors.ts';

/** What a person gives in a file of settings, as a secret or as a text is shorter. */
const MOST_BYTES = 64 << 20;
const CHUNK_BYTES = 1 << 16;
const SIGNALS = ['SIGINT', 'SIGTERM'] as const;
/** Time enough for somebody who types a passphrase at the other end. */
const GIVE_UP_AFTER_MS = 60_000;
/** How often a pipe is looked at that has nothing yet. */
export const LOOK_MS = 10;
/** A pipe without a name, as shells make them: its writer is there from the start, or has gone for good. */
export const UNNAMED = /^\/(?:dev\/(?:fd\/|stdin$)|proc\/)/;

/**
 * Reads all of a file that a person named. Of a pipe it waits for the other end, and no listener would hear a signal
 * meanwhile: until it is read, the first one ends the process as it ends any program.
 * @throws the file system's error; RangeError where there is no end to it, or nothing comes
 */
export function readInputFile(path: string): Buffer {
  const found = statSync(path);
  if (found.isFile()) return readFileSync(path);
  return withoutListeners(() => readPatiently(path, found.isFIFO() && !UNNAMED.test(path)));
}

/** The same as text. */
export function readInputText(path: string): string {
  return readInputFile(path).toString('utf8');
}

/**
 * A signal that came just before it is lost, so it looks again and again, and not for ever.
 * @param needsWriter it is a named pipe: until somebody has opened its other end, reading it finds an end too
 */
function readPatiently(path: string, needsWriter: boolean): Buffer {
  const handle = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const chunks: Buffer[] = [];
    let length = 0;
    let hasWriter = !needsWriter;
    for (let waited = 0; waited < GIVE_UP_AFTER_MS; ) {
      const chunk = Buffer.alloc(CHUNK_BYTES);
      const bytes = readSome(handle, chunk);
      if (bytes === 0 && hasWriter) return Buffer.concat(chunks);
      hasWriter ||= bytes !== 0;
      if (bytes) {
        length += bytes;
        if (length > MOST_BYTES) throw new RangeError(`it has more than ${MOST_BYTES} bytes`);
        chunks.push(chunk.subarray(0, bytes));
      } else {
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LOOK_MS);
        waited += LOOK_MS;
      }
    }
    throw new RangeError(`nothing came through it for ${GIVE_UP_AFTER_MS / 1000} s`);
  } finally {
    closeSync(handle);
  }
}

/** @returns undefined while the other end is open and silent */
function readSome(handle: number, chunk: Buffer): number | undefined {
  try {
    return readSync(handle, chunk);
  } catch (error) {
    if (codeOf(error) === 'EAGAIN') return undefined;
    throw error;
  }
}

function withoutListeners<T>(work: () => T): T {
  const removed = SIGNALS.map((signal) => ({ signal, listeners: process.listeners(signal) }));
  for (const { signal } of removed) process.removeAllListeners(signal);
  try {
    return work();
  } finally {
    // Of this program's own each hears one signal.
    for (const { signal, listeners } of removed) for (const listener of listeners) process.once(signal, listener);
  }
}
