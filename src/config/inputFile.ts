import { closeSync, constants, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { codeOf, UsageError } from '../core/errors.ts';
import { decodeText, NotText, SAVE_AS_UTF8, utf16Of } from '../core/reading/text/encoding.ts';

/** Far more than any settings, secret or text that a person passes in a file. */
const MOST_BYTES = 64 << 20;
const CHUNK_BYTES = 1 << 16;
const SIGNALS = ['SIGINT', 'SIGTERM'] as const;
/** Enough for somebody who has to type a passphrase at the other end of a pipe. */
const GIVE_UP_AFTER_MS = 60_000;
/** How long to wait before looking again at a pipe that has no data yet. */
export const LOOK_MS = 10;
/** A pipe without a name, as shells make them. Its writer exists from the start, so an end of file means the end. */
export const UNNAMED = /^\/(?:dev\/(?:fd\/|stdin$)|proc\/)/;

/**
 * Reads a whole file that a person named. Reading a pipe blocks until its other end has written, and our signal
 * handlers cannot run meanwhile; they are therefore taken off, so that a signal ends the process as usual.
 * @throws the file system's error; RangeError when the file is too large or nothing comes through the pipe
 */
export function readInputFile(path: string): Buffer {
  const found = statSync(path);
  if (found.isFile()) return readFileSync(path);
  return withoutListeners(() => readPatiently(path, found.isFIFO() && !UNNAMED.test(path)));
}

/** @throws NotText for what is neither UTF-8 nor UTF-16; and as {@link readInputFile} */
export function readInputText(path: string): string {
  return decodeText(readInputFile(path));
}

/**
 * Decodes a settings file as UTF-8, without a byte order mark. Other programs read such files too, systemd and Node among
 * them, and none of them reads UTF-16.
 * @throws UsageError when it is anything else; decoded loosely, its settings would be lost without a word
 */
export function decodeSettings(bytes: Buffer, path: string): string {
  let why = 'it holds a zero byte';
  try {
    const text = decodeText(bytes);
    const isUtf16 = utf16Of(bytes) !== undefined;
    if (!isUtf16 && !text.includes('\0')) return text;
    if (isUtf16) why = 'it is UTF-16';
  } catch (error) {
    if (!(error instanceof NotText)) throw error;
    why = error.message;
  }
  throw new UsageError('not_utf8', `The file ${path} is not UTF-8 text: ${why}; nothing was done.`, {
    hint: SAVE_AS_UTF8,
  });
}

/**
 * Polls, and not for ever: a signal that came just before the handlers were taken off is lost.
 * @param needsWriter it is a named pipe: until somebody has opened it for writing, reading it also finds an end of file
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

/** @returns the number of bytes read; undefined while the other end is open but has written nothing */
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
    // All listeners of this program were registered with `once`.
    for (const { signal, listeners } of removed) for (const listener of listeners) process.once(signal, listener);
  }
}
