import { closeSync, openSync, readFileSync, readSync, statSync } from 'node:fs';

/** What a person gives in a file of settings, as a secret or as a text is shorter. */
const MOST_BYTES = 64 << 20;
const CHUNK_BYTES = 1 << 16;
const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/**
 * Reads all of a file that a person named. Of a pipe it waits for the other end, and no listener would hear a signal
 * meanwhile: until it is read, the first one ends the process as it ends any program.
 * @throws the file system's error; RangeError where there is no end to it
 */
export function readInputFile(path: string): Buffer {
  if (statSync(path).isFile()) return readFileSync(path);
  return withoutListeners(() => readToEnd(path));
}

/** The same as text. */
export function readInputText(path: string): string {
  return readInputFile(path).toString('utf8');
}

function readToEnd(path: string): Buffer {
  const handle = openSync(path, 'r');
  try {
    const chunks: Buffer[] = [];
    for (let length = 0; ; ) {
      const chunk = Buffer.alloc(CHUNK_BYTES);
      const bytes = readSync(handle, chunk);
      if (bytes === 0) return Buffer.concat(chunks);
      length += bytes;
      if (length > MOST_BYTES) throw new RangeError(`it has more than ${MOST_BYTES} bytes`);
      chunks.push(chunk.subarray(0, bytes));
    }
  } finally {
    closeSync(handle);
  }
}

function withoutListeners<T>(work: () => T): T {
  const removed = SIGNALS.map((signal) => ({ signal, listeners: process.rawListeners(signal) }));
  for (const { signal } of removed) process.removeAllListeners(signal);
  try {
    return work();
  } finally {
    for (const { signal, listeners } of removed) {
      for (const listener of listeners) process.on(signal, (...args) => Reflect.apply(listener, process, args));
    }
  }
}
