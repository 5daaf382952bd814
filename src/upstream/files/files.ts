import { stat } from 'node:fs/promises';
import { basename, isAbsolute, join, sep } from 'node:path';
import { UsageError } from '../../core/errors.ts';
import { MOST_BODY_BYTES } from '../../core/reading/bodySize.ts';
import { type FilenameTime, readFilenameTime } from '../../core/time/filenameTime.ts';
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
  /** The instant of a single file. */
  readonly at?: string | undefined;
  /** Also take files whose names tell no instant: their content may. */
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
    if (info.isDirectory()) {
      for await (const below of walkSaved(path, onLeftOut)) {
        const version = toVersion(join(path, below), readFilenameTime(below.replaceAll(sep, '/'), now));
        if (version.undated === undefined || mayTellThemselves) versions.push(version);
        else onLeftOut({ name: version.name, reason: version.undated });
      }
    } else {
      // The folders of a relative path count: the person has named them.
      const named = isAbsolute(path) ? basename(path) : path.replaceAll(sep, '/');
      const version = toVersion(path, at === undefined ? readFilenameTime(named, now) : { at });
      if (version.undated !== undefined && !mayTellThemselves) throw undatedFile(version.undated, path);
      versions.push(version);
    }
  }
  if (at !== undefined && versions.length !== 1) {
    throw new UsageError('at_many', '--at tells the instant of one file; nothing was imported.', {
      hint: 'Import the files one by one, or name them by date.',
    });
  }
  return { versions: sortByInstant(versions), bodies: (wanted) => readFiles(wanted, signal), close: async () => {} };
}

function toVersion(path: string, time: FilenameTime): Version {
  const version = { object: path, name: path, source: `file:${basename(path)}` };
  return 'at' in time ? { ...version, observedAt: time.at } : { ...version, observedAt: '', undated: time.problem };
}

function undatedFile(problem: string, path: string): UsageError {
  return new UsageError('undated', `${path}: ${problem}; nothing was imported.`, {
    hint: 'Give --at with the instant at which it was saved, or name it like models-2026-05-01T06-00-00Z.json.',
  });
}

async function* readFiles(
  versions: readonly Version[],
  signal: AbortSignal,
): AsyncGenerator<VersionBody | UnreadableVersion> {
  for (const version of versions) {
    const read = await readFile(version.object, signal);
    // Stopped; what was read so far is kept.
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
