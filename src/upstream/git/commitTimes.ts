import { runsOf } from '../../core/collections.ts';

/** When a version was committed and authored, in seconds since 1970; NaN where its commit tells no time. */
export interface CommitTimes {
  readonly committedAt: number;
  readonly authoredAt: number;
}

/** The most seconds between successive commits of one rebase. */
const CLOSE = 1;

/**
 * The second at which each version was observed: that of its commit. A rebase (also "rebase and merge") makes many
 * commits in one second; where that is so and the author's times are apart, those are taken.
 * @param versions in the order of history, oldest first
 */
export function chooseTimes(versions: readonly CommitTimes[]): { seconds: number[]; authored: number } {
  let authored = 0;
  const isClose = (next: CommitTimes, before: CommitTimes): boolean =>
    Math.abs(next.committedAt - before.committedAt) <= CLOSE;
  const seconds = runsOf(versions, isClose).flatMap((burst) => {
    if (!isRebased(burst)) return burst.map(({ committedAt }) => committedAt);
    authored += burst.length;
    return burst.map(({ authoredAt }) => authoredAt);
  });
  return { seconds, authored };
}

/** Whether some commits share a second, and the authors' times distinguish them and put the newest last. */
function isRebased(burst: readonly CommitTimes[]): boolean {
  const count = (times: readonly number[]): number => new Set(times).size;
  const authored = burst.map(({ authoredAt }) => authoredAt);
  return (
    count(burst.map(({ committedAt }) => committedAt)) < count(authored) &&
    burst.every(({ authoredAt, committedAt }) => authoredAt <= committedAt) &&
    Math.max(...authored) === authored.at(-1)
  );
}
