/** For a file whose newest list is dated far in the future. */
export function aheadWords(newest: string): string {
  return (
    `The newest list of the data file is dated ${newest}, more than a day ahead of this clock, so that runs are dated ` +
    'behind it. Where this clock is right, model-ledger rebuild --mend-clock dates them by when they were made.'
  );
}

/** For a file without any list. */
export const NO_LIST = 'There is no list yet: model-ledger sync fetches one.';

/** The words whose count is not zero. */
export function ifAny(counted: readonly (readonly [count: number, words: string])[]): string[] {
  return counted.filter(([count]) => count > 0).map(([, words]) => words);
}
