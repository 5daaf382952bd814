import { UsageError } from '../../core/errors.ts';
import { suggest } from '../../core/format/suggest.ts';
import { git, inRepository } from './gitCall.ts';

/** The commit from which on history is read. */
export interface Revision {
  readonly commit: string;
  /** `branch main`, for people. */
  readonly name: () => Promise<string>;
}

/** Where a branch's name is looked up. */
const PLACES = ['refs/heads/', 'refs/remotes/origin/', 'refs/remotes/', 'refs/tags/'];
const SHOWN = 5;

/**
 * The branch that is asked for; else the one that is checked out; else, as in a bundle made without `HEAD`, the newest.
 * @throws UsageError when there is none
 */
export async function findRevision(
  { folder, label }: { readonly folder: string; readonly label: string },
  branch: string | undefined,
  signal: AbortSignal,
): Promise<Revision> {
  const resolve = async (name: string): Promise<string | undefined> => {
    const args = [...inRepository(folder), 'rev-parse', '--quiet', '--verify', '--end-of-options', `${name}^{commit}`];
    const found = await git(args, { signal }).catch(() => '');
    return found.trim() || undefined;
  };
  if (branch !== undefined) {
    for (const place of PLACES) {
      const commit = await resolve(place + branch);
      if (commit !== undefined) return { commit, name: async () => `branch ${branch}` };
    }
    const names = (await listBranches(folder, signal)).map(({ name }) => name);
    throw new UsageError('no_branch', `${label} has no branch ${branch}; nothing was imported.`, {
      hint:
        names.length === 0
          ? 'Commit something first: it has no branches at all.'
          : `Give one of its branches: ${nearest(branch, names)}.`,
    });
  }
  const head = await resolve('HEAD');
  if (head !== undefined) {
    const asked = [...inRepository(folder), 'symbolic-ref', '--quiet', '--short', 'HEAD'];
    const name = async (): Promise<string> => {
      const checkedOut = await git(asked, { signal }).catch(() => '');
      return checkedOut === '' ? `commit ${head.slice(0, 12)}` : `branch ${checkedOut.trim()}`;
    };
    return { commit: head, name };
  }
  const [newest] = await listBranches(folder, signal);
  if (newest !== undefined) return { commit: newest.commit, name: async () => `branch ${newest.name}` };
  throw new UsageError('no_commits', `${label} has no commits; nothing was imported.`);
}

interface Branch {
  readonly commit: string;
  readonly name: string;
}

/** The newest first. */
async function listBranches(folder: string, signal: AbortSignal): Promise<Branch[]> {
  const format = '--format=%(objectname) %(refname:short)';
  const args = ['for-each-ref', '--sort=-committerdate', format, 'refs/heads', 'refs/remotes'];
  const lines = (await git([...inRepository(folder), ...args], { signal })).split('\n').filter((line) => line !== '');
  return lines.map((line) => ({ commit: line.slice(0, line.indexOf(' ')), name: line.slice(line.indexOf(' ') + 1) }));
}

/** The names that may be meant, else the first few. */
function nearest(wanted: string, names: readonly string[]): string {
  const near = suggest(wanted, names.slice(0, MOST_NAMES), SHOWN);
  const shown = near.length > 0 ? near : names.slice(0, SHOWN);
  const more = near.length > 0 || names.length <= SHOWN ? '' : `, and ${names.length - SHOWN} more`;
  return shown.join(', ') + more;
}

const MOST_NAMES = 20_000;

interface TreeEntry {
  readonly mode: string;
  readonly object: string;
  readonly path: string;
}

async function listTree(folder: string, args: readonly string[], signal: AbortSignal): Promise<TreeEntry[]> {
  const output = await git([...inRepository(folder), 'ls-tree', '-z', '--full-tree', ...args], { signal });
  return Array.from(output.matchAll(/(\d+) \w+ ([0-9a-f]+)\t([^\0]*)\0/g), ([, mode = '', object = '', path = '']) => ({
    mode,
    object,
    path,
  }));
}

/** What a path is that can have no versions: a folder with other files in it, a link, another repository. */
export async function refuseNoFile(
  { folder, label }: { readonly folder: string; readonly label: string },
  { commit, name }: Revision,
  path: string,
  signal: AbortSignal,
): Promise<void> {
  const [entry] = await listTree(folder, [commit, '--', path], signal);
  const refuse = async (words: string, hint: string): Promise<never> => {
    const message = `${path} is ${words} in ${label} (${await name()}); nothing was imported.`;
    throw new UsageError('not_a_file', message, { hint });
  };
  if (entry?.mode === '040000') {
    const files = (await listTree(folder, [commit, '--', `${path}/`], signal)).map((file) => file.path);
    await refuse('a folder', `Give --path one of the files in it: ${nearest('', files)}.`);
  }
  if (entry?.mode === '160000') await refuse('a submodule', 'Import from that repository itself.');
  if (entry?.mode === '120000') {
    const target = (await git([...inRepository(folder), 'cat-file', 'blob', entry.object], { signal })).slice(0, 200);
    await refuse(`a symbolic link to ${target}`, 'Give --path the file that it leads to.');
  }
}

/** @throws UsageError that says where was looked, and where the file may be */
export async function throwNoVersions(
  { folder, label }: { readonly folder: string; readonly label: string },
  { commit, name }: Revision,
  path: string,
  signal: AbortSignal,
): Promise<never> {
  const place = await name();
  const message = `${label} has no version of ${path} on ${place}; nothing was imported.`;
  const hints: string[] = [];
  const holders: string[] = [];
  for (const branch of (await listBranches(folder, signal)).slice(0, MOST_BRANCHES)) {
    const [entry] = await listTree(folder, [branch.commit, '--', path], signal).catch(() => []);
    if (entry !== undefined) holders.push(branch.name.replace(/^origin\//, ''));
  }
  if (holders.length > 0) hints.push(`Give --branch ${[...new Set(holders)].join(' or ')}, which has it.`);
  const files = (await listTree(folder, ['-r', commit], signal).catch(() => [])).map((file) => file.path);
  if (holders.length === 0 && files.length > 0) hints.push(`On ${place} there is ${nearest(path, likeliest(files))}.`);
  hints.unshift('Give --path the file as the repository names it, from its top folder.');
  throw new UsageError('no_versions', message, { hint: hints.join(' ') });
}

const MOST_BRANCHES = 100;

/** A list is JSON, as a rule. */
function likeliest(files: readonly string[]): readonly string[] {
  const json = files.filter((file) => /\.json(?:\.\w+)?$/i.test(file));
  return json.length > 0 ? json : files;
}
