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
  const seconds = versions.map(({ committedAt }) => committedAt);
  let authored = 0;
  for (let first = 0, end = 0; first < versions.length; first = end) {
    end = endOfBurst(versions, first);
    const burst = versions.slice(first, end);
    if (!isRebased(burst)) continue;
    authored += burst.length;
    burst.forEach((version, index) => {
      seconds[first + index] = version.authoredAt;
    });
  }
  return { seconds, authored };
}

function endOfBurst(versions: readonly CommitTimes[], first: number): number {
  let end = first + 1;
  const gap = (): number => Math.abs((versions[end]?.committedAt ?? 0) - (versions[end - 1]?.committedAt ?? 0));
  while (end < versions.length && gap() <= CLOSE) end += 1;
  return end;
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
