import type { Repository } from './repository.ts';

/** A commit in which a file's content differs from that in each of its parents. */
export interface FileChange {
  readonly commit: string;
  readonly parents: readonly string[];
  /** Seconds since 1970 as git writes them, which may be no number. */
  readonly committedAt: string;
  readonly authoredAt: string;
  readonly path: string;
  readonly mode: string;
  /** All zeros where the file was deleted. */
  readonly object: string;
  /** Whether no parent had it. */
  readonly isNew: boolean;
}

const FORMAT = '--format=tformat:commit %H %ct %at %P';
/**
 * Every commit counts, also those whose content a merge did not take: each was observed. Of a merge only what none of
 * its parents has (`-c`). No content is read: neither renames nor copies are looked for.
 */
const FLAGS = ['--full-history', '--topo-order', '-c', '--raw', '--no-abbrev', '-z', '--no-renames', '--no-ext-diff'];

/**
 * The changes of a path, newest first; a commit comes before its parents.
 * @param range commits as `git log` takes them: where to begin, and with `^` where to end
 */
export async function logChanges({ git }: Repository, path: string, range: readonly string[]): Promise<FileChange[]> {
  return readChanges(await git(['log', FORMAT, ...FLAGS, '--no-textconv', ...range, '--', path]));
}

/** `commit …`, then for each file `:<modes> <objects> <letters>`, with a colon per parent, and its name, all after NULs. */
function readChanges(log: string): FileChange[] {
  const changes: FileChange[] = [];
  const fields = log.split('\0');
  let [commit, committedAt, authoredAt, parents] = ['', '', '', ['']];
  for (let i = 0; i < fields.length; i += 1) {
    const field = fields[i]?.trim() ?? '';
    // The line of a merge is followed by an empty one.
    if (field === '') continue;
    const record = /^(:+)((?:\d+ )+)([0-9a-f ]+) ([A-Z]+)$/.exec(field);
    if (record === null) {
      const [, ...words] = field.split(' ');
      [commit = '', committedAt = '', authoredAt = '', ...parents] = words;
      continue;
    }
    // The next field is the name, whatever it looks like.
    i += 1;
    const [, , modes = '', objects = '', letters = ''] = record;
    const [mode = '', object = ''] = [modes.trim().split(' ').at(-1), objects.split(' ').at(-1)];
    const common = { commit, parents, committedAt, authoredAt, mode, object };
    changes.push({ ...common, path: fields[i] ?? '', isNew: /^A+$/.test(letters) });
  }
  return changes;
}
