import { isObservable, toInstant } from '../../core/time/instant.ts';
import { type OnLeftOut, sortByInstant } from '../history.ts';
import { TOO_LARGE } from '../savedBody.ts';
import { chooseTimes } from './commitTimes.ts';
import { type FileChange, logChanges } from './log.ts';
import { describeObjects, isSmall } from './objects.ts';
import { findOrigin } from './renames.ts';
import type { Repository } from './repository.ts';
import { type DatedVersion, leaveOutSuperseded } from './superseded.ts';

export interface Reporting {
  readonly onLeftOut: OnLeftOut;
  /** Told what people should know about how the history was read. */
  readonly note: (text: string) => void;
}

const MOST_RENAMES = 2000;
const FOREIGN_MODES: Readonly<Record<string, string>> = {
  120000: 'a symbolic link, not a file',
  160000: 'a submodule, not a file',
};
const MISSING =
  'its content is not in this repository, which may be a partial clone (git fetch --refetch completes it)';

/** Every version of a file under this name and its earlier ones, oldest first, one for each instant. */
export async function listVersions(
  repository: Repository,
  file: string,
  commit: string,
  reporting: Reporting,
): Promise<DatedVersion[]> {
  const changes = await followRenames(repository, file, commit, reporting);
  const dated = date(
    changes.filter(({ object }) => !/^0+$/.test(object)),
    reporting,
  );
  const readable = await leaveOutUnreadable(repository, dated, reporting);
  return leaveOutSuperseded(repository, commit, sortByInstant(readable), reporting.onLeftOut);
}

/** Oldest first. */
async function followRenames(
  repository: Repository,
  file: string,
  commit: string,
  { note }: Reporting,
): Promise<FileChange[]> {
  const found: FileChange[] = [];
  let path = file;
  let range: readonly string[] = [commit];
  for (let renames = 0; renames < MOST_RENAMES; renames += 1) {
    const changes = (await logChanges(repository, path, range)).filter((change) => change.path === path);
    const rename = await findRename(repository, changes, note);
    if (rename === undefined) {
      found.push(...changes);
      break;
    }
    const { change, from } = rename;
    const before = change.parents.map((parent) => `^${parent}`);
    const since = await logChanges(repository, path, [...range, ...before]);
    found.push(...since.filter((other) => other.path === path));
    range = change.parents;
    path = from;
  }
  return found.reverse();
}

/** The newest commit in which the file was renamed to this name. */
async function findRename(
  repository: Repository,
  changes: readonly FileChange[],
  note: Reporting['note'],
): Promise<{ change: FileChange; from: string } | undefined> {
  for (const change of changes) {
    if (!change.isNew) continue;
    const origin = await findOrigin(repository, change);
    if (origin.kind === 'renamed') return { change, from: origin.from };
    const commit = change.commit.slice(0, 12);
    if (origin.kind === 'unnamable') {
      note(
        `Before commit ${commit}, ${change.path} was called ${origin.from}. That name is not UTF-8 and cannot be looked ` +
          'up, so its versions by that name are not imported.',
      );
    }
    if (origin.kind === 'unknown') {
      note(`Whether ${change.path} had another name before commit ${commit} is not known: ${origin.reason}.`);
    }
  }
  return undefined;
}

interface ListedVersion extends DatedVersion {
  /** Distinguishes files, links and submodules. */
  readonly mode: string;
}

function date(changes: readonly FileChange[], { onLeftOut, note }: Reporting): ListedVersion[] {
  const read = (seconds: string): number => (/^\d{1,15}$/.test(seconds) ? Number(seconds) : Number.NaN);
  const times = changes.map((change) => ({
    committedAt: read(change.committedAt),
    authoredAt: read(change.authoredAt),
  }));
  const { seconds, authored } = chooseTimes(times);
  if (authored > 0) {
    note(`${authored} commits were made in few seconds, as a rebase makes them: their authors' times are taken.`);
  }
  return changes.flatMap(({ path, object, mode, commit, committedAt }, index) => {
    const time = new Date((seconds[index] ?? Number.NaN) * 1000);
    if (isObservable(time)) {
      const observedAt = toInstant(time);
      return [{ observedAt, object, path, mode, name: `${path} of ${observedAt}` }];
    }
    const reason = `its commit is of the second ${committedAt}, which no calendar has`;
    onLeftOut({ name: `${path} in commit ${commit.slice(0, 12)}`, reason });
    return [];
  });
}

/** Leaves out links, submodules, and what is missing or too large. */
async function leaveOutUnreadable(
  repository: Repository,
  versions: readonly ListedVersion[],
  { onLeftOut }: Reporting,
): Promise<ListedVersion[]> {
  const files = versions.filter(({ mode }) => FOREIGN_MODES[mode] === undefined);
  const objects = await describeObjects(
    repository,
    files.map(({ object }) => object),
  );
  return versions.filter(({ name, object, mode }) => {
    const info = objects.get(object);
    const reason = FOREIGN_MODES[mode] ?? (info == null ? MISSING : isSmall(object, objects) ? undefined : TOO_LARGE);
    if (reason !== undefined) onLeftOut({ name, reason });
    return reason === undefined;
  });
}
