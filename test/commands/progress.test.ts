import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { startBar } from '../../src/commands/shared/progress.ts';

/** A bar on a terminal of 80 columns, with a clock that is set by hand. */
async function barAt(isTTY = true) {
  const stderr = Object.assign(new PassThrough(), {
    ...{ isTTY, columns: 80, rows: 24 },
    ...{ cursorTo: () => true, moveCursor: () => true, clearLine: () => true },
  });
  let now = 1000;
  const bar = await startBar({ stderr, env: {} }, 'characters', () => now);
  const shownAt = (elapsed: number, done: number, total: number): string => {
    now = 1000 + elapsed;
    bar.show(done, total);
    const shown: string[] = [];
    for (let chunk: unknown = stderr.read(); chunk !== null; chunk = stderr.read()) shown.push(String(chunk));
    return shown.join('');
  };
  return { shownAt, stop: bar.stop };
}

test('work that is done at once has no bar, and longer work has one', async () => {
  const short = await barAt();
  expect([short.shownAt(0, 0, 100), short.shownAt(399, 50, 100), short.shownAt(5000, 100, 100)]).toEqual(['', '', '']);
  short.stop();
  const long = await barAt();
  expect(long.shownAt(10, 1, 100)).toBe('');
  expect(long.shownAt(500, 50, 100)).toContain('50/100 characters  100/s');
  long.stop();
  const piped = await barAt(false);
  expect(piped.shownAt(500, 50, 100)).toBe('');
  piped.stop();
});
