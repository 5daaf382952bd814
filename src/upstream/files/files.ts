import { stat } from 'node:fs/promises';
import { basename, isAbsolute, join, sep } from 'node:path';
import { UsageError } from '../../core/errors.ts';
import { MOST_BODY_BYTES } from '../../core/reading/bodySize.ts';
import { readFilenameTime } from '../../core/time/filenameTime.ts';
import {
  type History,
  type OnLeftOut,
  sortByInstant,
  type UnreadableVersion,
  type Version,
  type VersionBody,
} from '../history.ts';
import { readAtMost } from '../input.ts';
import { readSavedBody, TOO_LARGE } from '../savedBody.ts';
import { cannotBeRead, walkSaved } from './walk.ts';

export interface FileOptions {
  /** The instant of a single file whose name does not tell it. */
  readonly at?: string | undefined;
  /** Files whose names do not tell an instant are passed on: they may tell it themselves. */
  readonly mayTellThemselves?: boolean;
  readonly now: Date;
  readonly onLeftOut: OnLeftOut;
  /** Ends the reading of a pipe to which nobody writes. */
  readonly signal: AbortSignal;
}

/**
 * Opens saved answers: files, and folders with all the files below them, plain or compressed with gzip.
 * @throws UsageError when a path does not exist or a named file's instant is not known
 */
export async function openFiles(paths: readonly string[], options: FileOptions): Promise<History> {
  const { at, now, onLeftOut, signal, mayTellThemselves = false } = options;
  const versions: Version[] = [];
  for (const path of paths) {
    const info = await stat(path).catch(() => undefined);
    if (info === undefined) throw new UsageError('no_file', `${path} does not exist; nothing was imported.`);
    if (!info.isDirectory())
      versions.push(at === undefined ? dated(path, now, mayTellThemselves) : toVersion(path, at));
    else for await (const version of readFolder(path, { now, onLeftOut, mayTellThemselves })) versions.push(version);
  }
  if (at !== undefined && versions.length !== 1) {
    throw new UsageError('at_many', '--at tells the instant of one file; nothing was imported.', {
      hint: 'Import the files one by one, or name them by date.',
    });
  }
  return { versions: sortByInstant(versions), bodies: (wanted) => readFiles(wanted, signal), close: async () => {} };
}

async function* readFolder(
  folder: string,
  { now, onLeftOut, mayTellThemselves = false }: Pick<FileOptions, 'now' | 'onLeftOut' | 'mayTellThemselves'>,
): AsyncGenerator<Version> {
  for await (const path of walkSaved(folder, onLeftOut)) {
    const time = readFilenameTime(path.replaceAll(sep, '/'), now);
    const name = join(folder, path);
    if ('at' in time) yield toVersion(name, time.at);
    else if (mayTellThemselves) yield { ...toVersion(name, ''), undated: time.problem };
    else onLeftOut({ name, reason: time.problem });
  }
}

function toVersion(path: string, observedAt: string): Version {
  return { observedAt, object: path, name: path, source: `file:${basename(path)}` };
}

/** Folders count where the person has named them. */
function dated(path: string, now: Date, mayTellItself: boolean): Version {
  const time = readFilenameTime(isAbsolute(path) ? basename(path) : path.replaceAll(sep, '/'), now);
  if ('at' in time) return toVersion(path, time.at);
  if (mayTellItself) return { ...toVersion(path, ''), undated: time.problem };
  throw new UsageError('undated', `${path}: ${time.problem}; nothing was imported.`, {
    hint: 'Give --at with the instant at which it was saved, or name it like models-2026-05-01T06-00-00Z.json.',
  });
}

async function* readFiles(
  versions: readonly Version[],
  signal: AbortSignal,
): AsyncGenerator<VersionBody | UnreadableVersion> {
  for (const version of versions) {
    const read = await readFile(version.object, signal);
    // Stopped: what has been read so far is worth keeping.
    if (read === undefined) return;
    yield { version, ...read };
  }
}

async function readFile(
  path: string,
  signal: AbortSignal,
): Promise<{ bytes: Buffer } | { unreadable: string } | undefined> {
  try {
    const bytes = await readAtMost(MOST_BODY_BYTES, path, process.stdin, signal);
    return bytes === undefined ? { unreadable: TOO_LARGE } : readSavedBody(bytes, path);
  } catch (error) {
    return signal.aborted ? undefined : { unreadable: cannotBeRead(error) };
  }
}
