import { UsageError } from '../../core/errors.ts';
import { beginningOf } from '../../core/reading/quote.ts';
import type { Repository } from './repository.ts';
import { listBranches, nearest, type Revision } from './revision.ts';

interface TreeEntry {
  readonly mode: string;
  readonly object: string;
  readonly path: string;
}

/** @param args of `git ls-tree`: a commit, and paths */
export async function listTree({ git }: Repository, args: readonly string[]): Promise<TreeEntry[]> {
  const output = await git(['ls-tree', '-z', '--full-tree', ...args]);
  return Array.from(output.matchAll(/(\d+) \w+ ([0-9a-f]+)\t([^\0]*)\0/g), ([, mode = '', object = '', path = '']) => ({
    mode,
    object,
    path,
  }));
}

/** Refuses a path that is a folder, a link or another repository, which have no versions. */
export async function refuseNoFile(repository: Repository, { commit, name }: Revision, path: string): Promise<void> {
  const [entry] = await listTree(repository, [commit, '--', path]);
  const refuse = async (words: string, hint: string): Promise<never> => {
    const message = `${path} is ${words} in ${repository.label} (${await name()}); nothing was imported.`;
    throw new UsageError('not_a_file', message, { hint });
  };
  if (entry?.mode === '040000') {
    const files = (await listTree(repository, [commit, '--', `${path}/`])).map((file) => file.path);
    await refuse('a folder', `Give --path one of the files in it: ${nearest('', files)}.`);
  }
  if (entry?.mode === '160000') await refuse('a submodule', 'Import from that repository itself.');
  if (entry?.mode === '120000') {
    const target = beginningOf(await repository.git(['cat-file', 'blob', entry.object]), 200);
    await refuse(`a symbolic link to ${target}`, 'Give --path the file that it leads to.');
  }
}

/** @throws UsageError that tells where the file was looked for, and where it may be */
export async function throwNoVersions(
  repository: Repository,
  { commit, name }: Revision,
  path: string,
): Promise<never> {
  const place = await name();
  const message = `${repository.label} has no version of ${path} on ${place}; nothing was imported.`;
  const hints: string[] = [];
  const holders: string[] = [];
  for (const branch of (await listBranches(repository)).slice(0, MOST_BRANCHES)) {
    const [entry] = await listTree(repository, [branch.commit, '--', path]).catch(() => []);
    if (entry !== undefined) holders.push(branch.name.replace(/^origin\//, ''));
  }
  if (holders.length > 0) hints.push(`Give --branch ${[...new Set(holders)].join(' or ')}, which has it.`);
  const files = (await listTree(repository, ['-r', commit]).catch(() => [])).map((file) => file.path);
  if (holders.length === 0 && files.length > 0) hints.push(`On ${place} there is ${nearest(path, likeliest(files))}.`);
  hints.unshift('Give --path the file as the repository names it, from its top folder.');
  throw new UsageError('no_versions', message, { hint: hints.join(' ') });
}

const MOST_BRANCHES = 100;

/** Only JSON files if there are any, as lists mostly are. */
function likeliest(files: readonly string[]): readonly string[] {
  const json = files.filter((file) => /\.json(?:\.\w+)?$/i.test(file));
  return json.length > 0 ? json : files;
}
