import type { FileChange } from './log.ts';
import { describeObjects, isSmall } from './objects.ts';
import type { Repository } from './repository.ts';

/** The most files that came or went with a commit to compare, and the most bytes. */
const MOST_COMPARED = 300;
const MOST_COMPARED_BYTES = 256 << 20;

/** Where a file that is new in a commit came from. */
export type Origin =
  | { readonly kind: 'renamed'; readonly from: string }
  | { readonly kind: 'unnamable'; readonly from: string }
  | { readonly kind: 'new' }
  /** Some of the deleted files cannot be compared. */
  | { readonly kind: 'unknown'; readonly reason: string };

interface Moved {
  readonly path: string;
  readonly object: string;
  readonly isGone: boolean;
}

/**
 * What a new file was called before: a file that went in the same commit, with the same content or one that is more
 * than half alike. A file that is still there was copied, not renamed: its history is another list's.
 */
export async function findOrigin(repository: Repository, change: FileChange): Promise<Origin> {
  const [parent] = change.parents;
  if (parent === undefined) return { kind: 'new' };
  const args = ['diff-tree', '-r', '--raw', '--no-abbrev', '-z', '--no-ext-diff'];
  const moves = readMoves(await repository.git([...args, '--no-renames', '--diff-filter=AD', parent, change.commit]));
  const gone = moves.filter(({ isGone }) => isGone);
  const [same] = gone.filter(({ object }) => object === change.object);
  if (same !== undefined) return renamedFrom(same.path);
  if (gone.length === 0) return { kind: 'new' };
  if (moves.length > MOST_COMPARED) return { kind: 'unknown', reason: `${moves.length} files came or went with it` };
  const objects = await describeObjects(
    repository,
    moves.map(({ object }) => object),
  );
  const bytesOf = ({ object }: Moved): number => objects.get(object)?.bytes ?? 0;
  const readable = moves.filter(({ object }) => objects.get(object)?.type === 'blob' && isSmall(object, objects));
  if (readable.reduce((sum, move) => sum + bytesOf(move), 0) > MOST_COMPARED_BYTES) {
    return { kind: 'unknown', reason: 'the files that came or went with it are too large to compare' };
  }
  // All new files are compared, as a deleted one may have become another of them.
  const paths = readable.map(({ path }) => path);
  const renamed = await repository.git([...args, '-M', '--diff-filter=R', parent, change.commit, '--', ...paths]);
  const fields = renamed.split('\0');
  const at = fields.findIndex((field, index) => /^:.* R\d+$/.test(field) && fields[index + 2] === change.path);
  const from = fields[at + 1];
  if (at >= 0 && from !== undefined) return renamedFrom(from);
  const hidden = gone.length - readable.filter(({ isGone }) => isGone).length;
  return hidden === 0
    ? { kind: 'new' }
    : { kind: 'unknown', reason: `${hidden} files that went with it cannot be read` };
}

/** A name whose bytes are no UTF-8 has been read with a replacement for them, and cannot be given to git again. */
function renamedFrom(from: string): Origin {
  if (!from.includes('\ufffd')) return { kind: 'renamed', from };
  return { kind: 'unnamable', from };
}

function readMoves(output: string): Moved[] {
  const fields = output.split('\0');
  const moves: Moved[] = [];
  for (let i = 0; i + 1 < fields.length; i += 2) {
    const [, , before = '', after = '', letter] = (fields[i] ?? '').split(' ');
    const isGone = letter === 'D';
    moves.push({ path: fields[i + 1] ?? '', object: isGone ? before : after, isGone });
  }
  return moves;
}
