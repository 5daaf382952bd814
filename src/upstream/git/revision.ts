import { UsageError } from '../../core/errors.ts';
import { suggest } from '../../core/format/suggest.ts';
import type { Repository } from './repository.ts';

/** The commit at which the history to read ends. */
export interface Revision {
  readonly commit: string;
  /** For people: `branch main`. */
  readonly name: () => Promise<string>;
}

/** Where a branch is looked up by its name. */
const PLACES = ['refs/heads/', 'refs/remotes/origin/', 'refs/remotes/', 'refs/tags/'];
const SHOWN = 5;

/**
 * The given branch; else the one that is checked out; else, as in a bundle without `HEAD`, the newest one.
 * @throws UsageError when there is none
 */
export async function findRevision(repository: Repository, branch: string | undefined): Promise<Revision> {
  const { git, label } = repository;
  const resolve = async (name: string): Promise<string | undefined> => {
    const args = ['rev-parse', '--quiet', '--verify', '--end-of-options', `${name}^{commit}`];
    const found = await git(args).catch(() => '');
    return found.trim() || undefined;
  };
  if (branch !== undefined) {
    for (const place of PLACES) {
      const commit = await resolve(place + branch);
      if (commit !== undefined) return { commit, name: async () => `branch ${branch}` };
    }
    const names = (await listBranches(repository)).map(({ name }) => name);
    throw new UsageError('no_branch', `${label} has no branch ${branch}; nothing was imported.`, {
      hint:
        names.length === 0
          ? 'Commit something first: it has no branches at all.'
          : `Give one of its branches: ${nearest(branch, names)}.`,
    });
  }
  const head = await resolve('HEAD');
  if (head !== undefined) {
    const name = async (): Promise<string> => {
      const checkedOut = await git(['symbolic-ref', '--quiet', '--short', 'HEAD']).catch(() => '');
      return checkedOut === '' ? `commit ${head.slice(0, 12)}` : `branch ${checkedOut.trim()}`;
    };
    return { commit: head, name };
  }
  const [newest] = await listBranches(repository);
  if (newest !== undefined) return { commit: newest.commit, name: async () => `branch ${newest.name}` };
  throw new UsageError('no_commits', `${label} has no commits; nothing was imported.`);
}

interface Branch {
  readonly commit: string;
  readonly name: string;
}

/** The newest first. */
export async function listBranches({ git }: Repository): Promise<Branch[]> {
  const format = '--format=%(objectname) %(refname:short)';
  const args = ['for-each-ref', '--sort=-committerdate', format, 'refs/heads', 'refs/remotes'];
  const lines = (await git(args)).split('\n').filter((line) => line !== '');
  return lines.map((line) => ({ commit: line.slice(0, line.indexOf(' ')), name: line.slice(line.indexOf(' ') + 1) }));
}

/** Similar names, or else the first few. */
export function nearest(wanted: string, names: readonly string[]): string {
  const near = suggest(wanted, names.slice(0, MOST_NAMES), SHOWN);
  const shown = near.length > 0 ? near : names.slice(0, SHOWN);
  const more = near.length > 0 || names.length <= SHOWN ? '' : `, and ${names.length - SHOWN} more`;
  return shown.join(', ') + more;
}

const MOST_NAMES = 20_000;
