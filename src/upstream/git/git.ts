import { execFile } from 'node:child_process';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { UsageError } from '../../core/errors.ts';
import { isObservable, toInstant } from '../../core/time/instant.ts';
import type { Body, History, Version } from '../history.ts';
import { gitEnvironment, gitOptions } from './gitCall.ts';
import { GitThread } from './gitThread.ts';

type Commit = Omit<Version, 'source'>;

const run = promisify(execFile);
const MOST_LOG_BYTES = 1 << 30;

/** A bundle counts as a remote by the protocol `file`. */
const FROM_BUNDLE = ['-c', 'protocol.file.allow=always'];

/**
 * Opens a work tree, a bare repository or a bundle. Git's own plumbing reads it, in one process for all versions; nothing
 * in it is run, and nothing of it can become an option.
 * @param file the scraped file's path inside the repository; renames are followed
 * @param onUndated told of each version whose commit has a time that is none
 * @throws UsageError when there is no such repository or file
 */
export async function openGitHistory(
  repository: string,
  file: string,
  signal: AbortSignal,
  onUndated: (seconds: string) => void,
): Promise<History> {
  const path = resolve(repository);
  const info = await stat(path).catch(() => undefined);
  if (info === undefined) {
    throw new UsageError('no_repository', `${repository} does not exist; nothing was imported`, {
      hint: 'name a git work tree, a bare repository or a bundle',
    });
  }
  const thread = new GitThread();
  let copy: string | undefined;
  const close = async (): Promise<void> => {
    thread.stop();
    if (copy !== undefined) await rm(copy, { recursive: true, force: true });
  };
  try {
    if (info.isFile()) copy = await unbundle(path, signal);
    const folder = copy ?? path;
    const source = `git:${repository}`;
    const versions = (await listVersions(folder, file, signal, onUndated)).map((version) => ({ ...version, source }));
    if (versions.length === 0) {
      throw new UsageError('no_versions', `${repository} has no version of ${file}; nothing was imported`, {
        hint: 'give --path the file as the repository names it, from its top folder',
      });
    }
    return { versions, bodies: (wanted) => readBodies(thread, folder, wanted, signal), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Objects cannot be read out of a bundle in place: it is cloned, without a checkout, into a folder of its own. */
async function unbundle(path: string, signal: AbortSignal): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'model-ledger-'));
  try {
    await git([...FROM_BUNDLE, 'clone', '--quiet', '--bare', '--', path, folder], signal);
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
  return folder;
}

async function listVersions(
  folder: string,
  file: string,
  signal: AbortSignal,
  onUndated: (seconds: string) => void,
): Promise<Commit[]> {
  const revision = await newestRevision(folder, signal);
  const flags = ['--format=tformat:%ct', '--raw', '--no-abbrev', '-z', '--no-ext-diff', '--no-textconv'];
  const log = await git(
    ['-C', folder, '--literal-pathspecs', 'log', '--follow', ...flags, revision, '--', file],
    signal,
  );
  return readLog(log, onUndated)
    .reverse()
    .sort((a, b) => (a.observedAt < b.observedAt ? -1 : Number(a.observedAt > b.observedAt)));
}

/** `HEAD`, or where a bundle was made without it, its newest branch. */
async function newestRevision(folder: string, signal: AbortSignal): Promise<string> {
  const head = await git(['-C', folder, 'rev-parse', '--quiet', '--verify', 'HEAD^{commit}'], signal).catch(() => '');
  if (head !== '') return head.trim();
  const branches = await git(
    ['-C', folder, 'for-each-ref', '--sort=-committerdate', '--format=%(objectname)', 'refs/heads'],
    signal,
  );
  return branches.split('\n')[0] || 'HEAD';
}

/** The log's records: a commit's time, then `:<modes> <old> <new> <letter>` and the file's names, NUL between. */
function readLog(log: string, onUndated: (seconds: string) => void): Commit[] {
  const versions: Commit[] = [];
  const fields = log.split('\0');
  let seconds = '';
  for (let i = 0; i < fields.length; i += 1) {
    const text = fields[i]?.trim() ?? '';
    const [, object, letter] = /^:\d+ \d+ [0-9a-f]+ ([0-9a-f]+) ([A-Z])\d*$/.exec(text) ?? [];
    if (object === undefined) {
      if (text !== '') seconds = text;
      continue;
    }
    // Names are stepped over, whatever they look like; renames and copies have two.
    i += letter === 'R' || letter === 'C' ? 2 : 1;
    if (/^0+$/.test(object)) continue;
    const time = /^\d+$/.test(seconds) ? Number(seconds) : Number.NaN;
    const date = new Date(time * 1000);
    if (isObservable(date)) versions.push({ observedAt: toInstant(date), object });
    else onUndated(seconds);
  }
  return versions;
}

async function* readBodies(
  thread: GitThread,
  folder: string,
  versions: readonly Version[],
  signal: AbortSignal,
): AsyncGenerator<Body> {
  try {
    yield* thread.read(
      folder,
      versions.map(({ object }) => object),
      signal,
    );
  } catch (error) {
    throw gitError(error instanceof Error ? error.message : String(error), error);
  }
}

async function git(args: readonly string[], signal: AbortSignal): Promise<string> {
  try {
    const { stdout } = await run('git', [...gitOptions(), ...args], {
      env: gitEnvironment(),
      maxBuffer: MOST_LOG_BYTES,
      signal,
    });
    return stdout;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      throw new UsageError('no_git', 'git is not installed; nothing was imported', {
        hint: 'install git',
        cause: error,
      });
    }
    signal.throwIfAborted();
    const words = error instanceof Error && 'stderr' in error ? String(error.stderr) : String(error);
    throw gitError(words, error);
  }
}

function gitError(words: string, cause?: unknown): UsageError {
  const last = words.trim().split('\n').at(-1) ?? '';
  return new UsageError('git_failed', `git could not read the repository: ${last.slice(0, 300)}`, {
    hint: 'what was imported before stays; run again to go on where it stopped',
    cause,
  });
}
