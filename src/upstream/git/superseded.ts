import { runsOf } from '../../core/collections.ts';
import type { Instant } from '../../core/time/instant.ts';
import type { OnLeftOut } from '../history.ts';
import { listTree } from './paths.ts';
import type { Repository } from './repository.ts';

/** One version of the file. */
export interface DatedVersion {
  readonly observedAt: Instant;
  readonly object: string;
  /** What the file was called then. */
  readonly path: string;
  /** `models.json of 2026-05-01T06:00:00.000Z`. */
  readonly name: string;
}

const REASON = 'the branch has another version of the same second';

/** Of several versions of one instant, keeps the one that the branch had then, or else the last in history. */
export async function leaveOutSuperseded(
  repository: Repository,
  commit: string,
  versions: readonly DatedVersion[],
  onLeftOut: OnLeftOut,
): Promise<DatedVersion[]> {
  const kept: DatedVersion[] = [];
  for (const rivals of runsOf(versions, (next, before) => next.observedAt === before.observedAt)) {
    const last = rivals.slice(-1);
    const isTold = new Set(rivals.map(({ object }) => object)).size > 1;
    const [stays] = isTold ? [...(await ofBranch(repository, commit, rivals)), ...last] : last;
    if (stays === undefined) continue;
    for (const { object, name } of rivals) {
      if (object !== stays.object) onLeftOut({ name, reason: REASON });
    }
    kept.push(stays);
  }
  return kept;
}

/** Those of the versions of one instant that the branch itself had then, and not one that was merged into it. */
async function ofBranch(
  repository: Repository,
  commit: string,
  rivals: readonly DatedVersion[],
): Promise<DatedVersion[]> {
  const { observedAt = '', path = '' } = rivals[0] ?? {};
  const minAge = `--min-age=${Date.parse(observedAt) / 1000}`;
  const tip = (await repository.git(['rev-list', '--first-parent', '--max-count=1', minAge, commit])).trim();
  if (tip === '') return [];
  const [had] = await listTree(repository, [tip, '--', path]);
  return rivals.filter(({ object }) => object === had?.object);
}
