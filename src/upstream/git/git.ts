import { messageOf, UsageError } from '../../core/errors.ts';
import type { History, OnLeftOut, UnreadableVersion, Version, VersionBody } from '../history.ts';
import { readSavedBody } from '../savedBody.ts';
import { gitError } from './gitCall.ts';
import { GitThread } from './gitThread.ts';
import { refuseNoFile, throwNoVersions } from './paths.ts';
import { openRepository, type Repository, type RepositoryOptions } from './repository.ts';
import { findRevision } from './revision.ts';
import { listVersions, type Reporting } from './versions.ts';

export interface GitRequest {
  /** A work tree, a bare repository, a bundle, or an address. */
  readonly repository: string;
  /** The scraped file's path inside the repository; renames are followed. */
  readonly file: string;
  /** By default the one that is checked out. */
  readonly branch?: string | undefined;
}

/**
 * Opens the history of a file. Git's own plumbing reads it, in one process for all versions; nothing in the repository
 * is run or fetched, and nothing of it can become an option.
 * @throws UsageError when there is no such repository, branch or file
 */
export async function openGitHistory(request: GitRequest, reporting: Reporting & RepositoryOptions): Promise<History> {
  const { signal, note } = reporting;
  const file = normalize(request.file);
  const thread = new GitThread();
  let repository: Repository | undefined;
  const close = async (): Promise<void> => {
    thread.stop();
    await repository?.close();
  };
  try {
    repository = await openRepository(request.repository, request.branch, reporting);
    const { folder, label, isShallow } = repository;
    const revision = await findRevision(repository, request.branch);
    await refuseNoFile(repository, revision, file);
    let leftOut = 0;
    const onLeftOut: OnLeftOut = (one) => {
      leftOut += 1;
      reporting.onLeftOut(one);
    };
    const found = await listVersions(repository, file, revision.commit, { note, onLeftOut });
    if (found.length === 0 && leftOut === 0) await throwNoVersions(repository, revision, file);
    if (found.length === 0) {
      throw new UsageError('no_readable_version', `No version of ${file} can be taken; nothing was imported.`);
    }
    if (isShallow) {
      note(`${label} is a shallow clone: older versions may not be in it (git fetch --unshallow completes it).`);
    }
    const versions = found.map((version) => ({ ...version, source: `git:${label}` }));
    // Begins to read already, before the first body is asked for.
    const bodies = thread.read(folder, versions, signal);
    return { versions, bodies: (wanted) => readBodies(bodies, wanted), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The path as git writes it: from the top folder, without `./` and doubled slashes. */
function normalize(path: string): string {
  return path.replace(/\/{2,}/g, '/').replace(/^(?:\.?\/)+|\/$/g, '') || path;
}

async function* readBodies(
  bodies: AsyncIterable<VersionBody | UnreadableVersion>,
  wanted: readonly Version[],
): AsyncGenerator<VersionBody | UnreadableVersion> {
  const isWanted = new Set(wanted);
  let state: string | undefined;
  try {
    for await (const body of bodies) {
      if (!isWanted.has(body.version)) continue;
      yield 'bytes' in body ? decode(body) : body;
      if ('bytes' in body)
        state = 'Import again once git can read it: what was read before stays, and the import goes on from there.';
    }
  } catch (error) {
    throw gitError(messageOf(error), error, state);
  }
}

/** Decodes a saved body; mostly it stays as it is, and its hash is known already. */
function decode({ version, bytes, sha256 }: VersionBody): VersionBody | UnreadableVersion {
  const body = readSavedBody(bytes, version.name);
  return 'bytes' in body && body.bytes === bytes && sha256 !== undefined
    ? { version, bytes, sha256 }
    : { version, ...body };
}
