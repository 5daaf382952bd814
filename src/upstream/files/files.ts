import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { PassThrough, type Transform } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { UsageError } from '../../core/errors.ts';
import { readFilenameTime } from '../../core/time/filenameTime.ts';
import type { History, Version, VersionBody } from '../history.ts';

const SAVED = /\.(?:json|html?|txt|xml)(?:\.gz)?$/i;
/** Decoded; a saved answer has one or two. */
const MOST_BYTES = 64 << 20;

export interface FileOptions {
  /** The instant of a single file whose name does not tell it. */
  readonly at?: string | undefined;
  /** Told of each file in a folder that was passed over. */
  readonly onUndated: (path: string) => void;
}

/**
 * Opens saved answers: files, and folders with all the files below them, plain or `.gz`.
 * @throws UsageError when a path does not exist or a named file's instant is not known
 */
export async function openFiles(paths: readonly string[], { at, onUndated }: FileOptions): Promise<History> {
  const versions: Version[] = [];
  for (const path of paths) {
    const info = await stat(path).catch(() => undefined);
    if (info === undefined) throw new UsageError('no_file', `${path} does not exist; nothing was imported`);
    if (!info.isDirectory()) {
      versions.push(toVersion(path, at ?? instantOf(path)));
      continue;
    }
    for (const entry of await readdir(path, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || !SAVED.test(entry.name)) continue;
      const file = join(entry.parentPath, entry.name);
      const instant = readFilenameTime(entry.name);
      if (instant === undefined) onUndated(file);
      else versions.push(toVersion(file, instant));
    }
  }
  if (at !== undefined && versions.length !== 1) {
    throw new UsageError('at_many', '--at tells the instant of one file; nothing was imported', {
      hint: 'import the files one by one, or name them by date',
    });
  }
  versions.sort((a, b) => (a.observedAt < b.observedAt ? -1 : Number(a.observedAt > b.observedAt)));
  return { versions, bodies: readFiles, close: async () => {} };
}

function toVersion(path: string, observedAt: string): Version {
  return { observedAt, object: path, source: `file:${basename(path)}` };
}

function instantOf(path: string): string {
  const instant = readFilenameTime(basename(path));
  if (instant !== undefined) return instant;
  throw new UsageError('undated', `the name of ${path} tells no instant; nothing was imported`, {
    hint: 'give --at with the instant at which it was saved, or name it like models-2026-05-01T06-00-00Z.json',
  });
}

async function* readFiles(versions: readonly Version[]): AsyncGenerator<VersionBody> {
  for (const version of versions) yield { version, bytes: await readSaved(version.object) };
}

async function readSaved(path: string): Promise<Buffer> {
  try {
    // What cannot be unpacked is taken as it stands: it is no list, and a rejected run keeps it for a look.
    const unpacked = /\.gz$/i.test(path) ? await readAll(path, createGunzip()).catch(passOver) : undefined;
    return unpacked ?? (await readAll(path, new PassThrough()));
  } catch (cause) {
    if (cause instanceof UsageError || !(cause instanceof Error)) throw cause;
    throw new UsageError('unreadable', `${path} cannot be read: ${cause.message}`, {
      hint: 'what was imported before stays; mend or leave out that file, and run again',
      cause,
    });
  }
}

function passOver(error: unknown): undefined {
  if (error instanceof UsageError) throw error;
}

async function readAll(path: string, through: Transform): Promise<Buffer> {
  const raw = createReadStream(path);
  raw.on('error', (error) => through.destroy(error));
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of raw.pipe(through)) {
    const bytes = Buffer.from(chunk);
    length += bytes.length;
    if (length > MOST_BYTES) throw new UsageError('too_large', `${path} has more than ${MOST_BYTES} bytes`);
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}
